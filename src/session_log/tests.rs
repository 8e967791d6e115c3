//! Session logs as they are found, with all that makes counts of them wrong.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const MODEL: &str = "claude-opus-4-5-20251101";

fn answer(id: &str, input: u64, cached: u64) -> String {
    json!({"type": "assistant", "sessionId": "s", "uuid": "u", "isSidechain": false,
        "message": {"id": id, "model": MODEL, "content": [],
            "usage": {"input_tokens": input, "cache_creation_input_tokens": 0, "cache_read_input_tokens": cached, "output_tokens": 9999}}})
    .to_string()
}

fn with(line: &str, key: &str, value: serde_json::Value) -> String {
    let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
    line[key] = value;
    line.to_string()
}

fn write(id: &str, call: &str, path: &str) -> String {
    let mut line: serde_json::Value = serde_json::from_str(&answer(id, 150_000, 0)).unwrap();
    line["message"]["content"] =
        json!([{"type": "tool_use", "id": call, "name": "Write", "input": {"file_path": path}}]);
    line.to_string()
}

fn boundary(post: Option<u64>) -> String {
    json!({"type": "system", "subtype": "compact_boundary", "sessionId": "s", "uuid": "b",
        "compactMetadata": {"trigger": "auto", "preTokens": 190_000, "postTokens": post}})
    .to_string()
}

fn log(lines: &[String]) -> SessionLog {
    read(lines.join("\n").as_bytes(), None).unwrap()
}

fn tokens(lines: &[String]) -> Vec<u64> {
    log(lines).turns.iter().map(|turn| turn.tokens).collect()
}

#[test]
fn an_answer_on_several_lines_is_one_turn_with_its_largest_count() {
    let lines = [
        answer("a", 5, 100),
        answer("a", 5, 300),
        answer("b", 1, 400),
        answer("a", 5, 100),
        answer("b", 1, 10),
    ];
    assert_eq!(tokens(&lines), [305, 401]);
}

#[test]
fn side_chains_errors_and_synthetic_answers_do_not_count() {
    let mut synthetic: serde_json::Value = serde_json::from_str(&answer("d", 0, 0)).unwrap();
    synthetic["message"]["model"] = json!("<synthetic>");
    let lines = [
        answer("a", 10, 0),
        with(&answer("b", 99_999, 0), "isSidechain", json!(true)),
        with(&answer("c", 0, 0), "isApiErrorMessage", json!(true)),
        synthetic.to_string(),
    ];
    assert_eq!(tokens(&lines), [10]);
}

#[test]
fn what_counts_is_the_last_turn_after_the_last_compaction() {
    let usage = |lines: &[String]| log(lines).usage();
    let lines = [answer("a", 180_000, 0), boundary(Some(22_000)), answer("b", 30_000, 0)];
    assert!(
        matches!(usage(&lines), Use::Turn(turn) if turn.tokens == 30_000 && turn.permille() == Some(150))
    );
    assert_eq!(usage(&lines[..2]), Use::Compacted(22_000));
    assert_eq!(usage(&[answer("a", 180_000, 0), boundary(None)]), Use::Unknown);
    let sub = with(&boundary(None), "isSidechain", json!(true));
    assert!(matches!(usage(&[answer("a", 180_000, 0), sub]), Use::Turn(_)));
}

#[test]
fn a_window_is_known_or_unknown_and_never_guessed() {
    let line = answer("a", 100_000, 0);
    let other = line.replace(MODEL, "claude-sonnet-4-5");
    assert_eq!(log(std::slice::from_ref(&line)).turns[0].permille(), Some(500));
    assert_eq!(log(std::slice::from_ref(&other)).turns[0].permille(), None);
    assert!(log(std::slice::from_ref(&other)).crossings(&[10]).is_empty());
    assert_eq!(read(other.as_bytes(), Some(400_000)).unwrap().turns[0].permille(), Some(250));
    assert_eq!(log(&[other]).crossings(&[90_000]).len(), 1, "a level in tokens needs no window");
}

#[test]
fn levels_are_crossed_once_in_each_stretch_and_know_the_note_behind_them() {
    let lines = [
        answer("a", 100_000, 0),
        answer("b", 145_000, 0),
        write("c", "w1", "/p/thoughts/shared/handoffs/x.md"),
        answer("d", 190_000, 0),
        boundary(None),
        answer("e", 141_000, 0),
        write("f", "w2", "/p/src/main.rs"),
    ];
    let seen: Vec<_> =
        log(&lines).crossings(&[70, 80, 90]).iter().map(|c| (c.level, c.turn, c.note_turn)).collect();
    assert_eq!(seen, [(70, 2, Some(3)), (80, 4, None), (90, 4, None), (70, 5, None)]);
}

#[test]
fn a_write_that_failed_is_none() {
    let failed = json!({"type": "user", "sessionId": "s", "uuid": "x",
        "message": {"content": [{"type": "tool_result", "tool_use_id": "w1", "is_error": true, "content": "no"}]}});
    let lines = [write("a", "w1", "HANDOFF.md"), write("b", "w2", "HANDOFF.md"), failed.to_string()];
    let notes = log(&lines).notes;
    assert_eq!((notes.len(), notes[0].turn), (1, 2));
}

#[test]
fn broken_lines_are_counted_and_passed_over() {
    let whole = answer("a", 7, 0);
    let text = format!("not json\n{whole}\n[1]\n{{\"type\": \"assist\n\n{}", &whole[..40]);
    let log = read(text.as_bytes(), None).unwrap();
    assert_eq!((log.lines, log.malformed, log.is_half_written, log.turns.len()), (5, 3, true, 1));
    assert!(read(&b"{\"a\": 1}\n{\"b\": 2}\n"[..], None).is_none(), "any JSONL is no log");
    assert!(read(&b""[..], None).is_none());
}

fn codex(kind: &str, payload: serde_json::Value) -> String {
    json!({"timestamp": "2026-01-06T10:00:00Z", "type": kind, "payload": payload}).to_string()
}

fn count(total: u64, last: u64) -> String {
    codex(
        "event_msg",
        json!({"type": "token_count", "info": {"total_token_usage": {"total_tokens": total},
            "last_token_usage": {"input_tokens": last, "total_tokens": last}, "model_context_window": 258_400}}),
    )
}

#[test]
fn codex_says_its_window_and_counts_from_its_baseline() {
    let lines = [
        codex("session_meta", json!({"id": "c1", "cwd": "/p"})),
        codex("turn_context", json!({"model": "gpt-5-codex"})),
        codex("event_msg", json!({"type": "token_count", "info": null})),
        count(20_000, 20_000),
        count(20_000, 20_000),
        codex(
            "response_item",
            json!({"type": "custom_tool_call", "call_id": "p", "name": "apply_patch",
            "input": "*** Begin Patch\n*** Add File: docs/handoff.md\n+x\n*** End Patch"}),
        ),
        count(220_000, 200_000),
        codex("compacted", json!({"message": "…"})),
        codex("event_msg", json!({"type": "context_compacted"})),
    ];
    let log = log(&lines);
    assert_eq!((log.session.as_deref(), log.model.as_deref()), (Some("c1"), Some("gpt-5-codex")));
    let seen: Vec<_> = log.turns.iter().map(|turn| (turn.tokens, turn.permille())).collect();
    // (200,000 - 12,000) of (258,400 - 12,000).
    assert_eq!(seen, [(20_000, Some(32)), (200_000, Some(762))]);
    assert_eq!((log.notes.len(), log.notes[0].turn, log.compactions.len()), (1, 1, 1));
    assert_eq!(log.usage(), Use::Unknown);
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400), head in any::<bool>()) {
        let mut text = if head { format!("{}\n", answer("a", 1, 1)).into_bytes() } else { Vec::new() };
        text.extend(bytes);
        prop_assert_eq!(read(&text[..], None).is_some(), head);
    }

    #[test]
    fn lines_of_any_shape_are_read(
        lines in prop::collection::vec(
            r#"(\{"type":"(assistant|system|user|event_msg|compacted)","(message|payload|sessionId)":("x"|[0-9]|null|\{"usage":("x"|\{"input_tokens":(-1|18446744073709551615|1.5)\})\}|\[\])\}|compact_boundary|\{|.){1,3}"#, 0..8),
    ) {
        for head in [answer("a", 1, 1), count(1, 1)] {
            let log = read(format!("{head}\n{}", lines.join("\n")).as_bytes(), None).unwrap();
            prop_assert!(log.malformed <= log.lines);
            prop_assert!(log.crossings(&[70]).len() <= log.turns.len());
        }
    }
}
