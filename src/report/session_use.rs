//! How a session used its context, for people with a line of its use over the turns, and for programs as JSON. Where the
//! window is unknown it says so and shows tokens.

use std::fmt::Write;

use serde_json::{Value, json};

use super::clean;
use super::context::thousands;
use super::style::{Ink, Style};
use crate::session_log::{Crossing, SessionLog, Turn, Use};

/// The session as JSON, with a line end.
#[must_use]
pub fn session_json(path: &str, log: &SessionLog, levels: &[u64]) -> String {
    let percent = |turn: &Turn| turn.permille().map(|permille| permille / 10);
    let used = match log.usage() {
        Use::Turn(turn) => {
            json!({"known": true, "tokens": turn.tokens, "window": turn.window, "percent": percent(&turn)})
        }
        Use::Compacted(tokens) => json!({"known": true, "tokens": tokens, "window": null, "percent": null}),
        Use::Unknown => json!({"known": false, "tokens": null, "window": null, "percent": null}),
    };
    let turns = log.turns.iter().map(|turn| json!({"tokens": turn.tokens, "percent": percent(turn)}));
    let crossings = log.crossings(levels).into_iter().map(|crossing| {
        let unit = if crossing.level > 100 { "tokens" } else { "percent" };
        json!({"level": crossing.level, "unit": unit, "turn": crossing.turn, "tokens": crossing.tokens, "note_turn": crossing.note_turn})
    });
    let compactions =
        log.compactions.iter().map(|one| json!({"after_turn": one.after_turn, "tokens": one.tokens}));
    let notes = log.notes.iter().map(|note| json!({"turn": note.turn, "path": note.path}));
    let report = json!({
        "schema_version": 1,
        "path": path,
        "agent": log.agent.word(),
        "session": log.session,
        "model": log.model,
        "context": used,
        "turns": turns.collect::<Vec<Value>>(),
        "crossings": crossings.collect::<Vec<Value>>(),
        "compactions": compactions.collect::<Vec<Value>>(),
        "notes": notes.collect::<Vec<Value>>(),
        "lines": {"read": log.lines, "malformed": log.malformed, "too_long": log.too_long,
            "half_written": log.is_half_written, "cut": log.is_cut},
    });
    let text = serde_json::to_string_pretty(&report).unwrap_or_default();
    format!("{}\n", clean::json(&text))
}

/// The session for people.
#[must_use]
pub fn session(path: &str, log: &SessionLog, levels: &[u64], style: &Style) -> String {
    let mut text = head(path, log, style);
    text.push_str(&spark(log, style));
    text.push_str(&crossed(log, levels, style));
    for line in remarks(log) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn head(path: &str, log: &SessionLog, style: &Style) -> String {
    let model = log.model.as_deref().map_or_else(|| "unknown model".into(), clean::line);
    let mut text = format!("{}: {}, {model}\n", style.paint(Ink::Path, &clean::line(path)), log.agent.word());
    let turns = count(log.turns.len(), "turn");
    let line = match log.usage() {
        Use::Turn(turn) => match (turn.permille(), turn.window) {
            (Some(permille), Some(window)) => {
                let window = thousands(window);
                format!("{} tokens after {turns}, {} % of {window}", thousands(turn.tokens), permille / 10)
            }
            _ => format!(
                "{} tokens after {turns}; the window is unknown, `--window` sets it",
                thousands(turn.tokens)
            ),
        },
        Use::Compacted(tokens) => format!("{} tokens after a compaction behind {turns}", thousands(tokens)),
        Use::Unknown => format!("unknown after {turns}: nothing in the log tells"),
    };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "context: {}", style.paint(Ink::Strong, &line));
    text
}

/// The use over the turns in one line; a bar stands where the context was compacted.
fn spark(log: &SessionLog, style: &Style) -> String {
    if log.turns.is_empty() {
        return String::new();
    }
    let peak = log.turns.iter().map(|turn| turn.tokens).max().unwrap_or_default().max(1);
    let is_known = log.turns.iter().all(|turn| turn.permille().is_some());
    let share = |turn: &Turn| match turn.permille() {
        Some(permille) if is_known => permille.min(1000),
        _ => turn.tokens.saturating_mul(1000) / peak,
    };
    let marks: &[char] = if style.unicode {
        &['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
    } else {
        &['.', ':', '-', '=', '+', '*', '#', '@']
    };
    let columns = style.columns().saturating_sub(4 + log.compactions.len().min(20)).max(10);
    let per_column = log.turns.len().div_ceil(columns);
    let mut line = String::new();
    let mut stretch = log.turns[0].stretch;
    for (at, turns) in log.turns.chunks(per_column).enumerate() {
        if at > 0 && turns[0].stretch != stretch {
            line.push('|');
        }
        stretch = turns[turns.len() - 1].stretch;
        let share = turns.iter().map(share).max().unwrap_or_default();
        let step = usize::try_from(share * marks.len() as u64 / 1001).unwrap_or_default();
        line.push(marks[step.min(marks.len() - 1)]);
    }
    let each = if per_column > 1 { format!(", {per_column} turns a column") } else { String::new() };
    let top = if is_known { "the window".to_owned() } else { format!("the peak of {}", thousands(peak)) };
    format!("  {line}\n  full height is {top}{each}\n")
}

fn crossed(log: &SessionLog, levels: &[u64], style: &Style) -> String {
    let crossings = log.crossings(levels);
    let mut text = String::new();
    for level in levels {
        let of_level: Vec<&Crossing> = crossings.iter().filter(|one| one.level == *level).collect();
        let name = if *level > 100 { format!("{} tokens", thousands(*level)) } else { format!("{level} %") };
        let is_unknown = log.turns.iter().any(|turn| turn.reaches(*level).is_none());
        if of_level.is_empty() {
            let words = if is_unknown { "unknown" } else { "not reached" };
            let _ = writeln!(text, "{name}: {words}");
        }
        for one in of_level {
            let note = match one.note_turn {
                Some(turn) => format!("a handoff or ledger was written at turn {turn}"),
                None => style.paint(Ink::Warning, "no handoff or ledger was written after it").into_owned(),
            };
            let _ = writeln!(text, "{name}: turn {} with {} tokens; {note}", one.turn, thousands(one.tokens));
        }
    }
    text
}

fn remarks(log: &SessionLog) -> Vec<String> {
    let mut remarks = Vec::new();
    if !log.compactions.is_empty() {
        let turns: Vec<String> =
            log.compactions.iter().take(10).map(|one| one.after_turn.to_string()).collect();
        let more = if log.compactions.len() > turns.len() { ", …" } else { "" };
        let n = count(log.compactions.len(), "compaction");
        remarks.push(format!("{n}, after turn {}{more}", turns.join(", ")));
    }
    let lines = |n: usize, what: &str| format!("{} {what}", count(n, "line"));
    if log.malformed > 0 {
        remarks.push(lines(log.malformed, "could not be read"));
    }
    if log.too_long > 0 {
        remarks.push(lines(log.too_long, "too long to be read"));
    }
    if log.is_half_written {
        remarks.push("the last line is written only in part".to_owned());
    }
    if log.is_cut {
        remarks.push("the log was not read to its end".to_owned());
    }
    remarks
}

fn count(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {what}{plural}", thousands(n as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session_log::read;

    fn log(turns: &[u64], model: &str) -> SessionLog {
        let line = |(at, tokens): (usize, &u64)| {
            if *tokens == 0 {
                return r#"{"type":"system","subtype":"compact_boundary","sessionId":"s","uuid":"u"}"#
                    .to_owned();
            }
            format!(
                r#"{{"type":"assistant","sessionId":"s","uuid":"u","message":{{"id":"m{at}","model":"{model}","usage":{{"input_tokens":{tokens}}}}}}}"#
            )
        };
        let text: Vec<String> = turns.iter().enumerate().map(line).collect();
        read(format!("{}\nbroken\n", text.join("\n")).as_bytes(), None).unwrap()
    }

    #[test]
    fn use_over_turns_is_a_line() {
        let log = log(&[25_000, 100_000, 190_000, 0, 50_000], "claude-opus-4-5");
        let plain = Style { unicode: false, ..Style::default() };
        assert_eq!(
            session("s.jsonl", &log, &[70, 95, 150_000], &plain),
            "s.jsonl: claude, claude-opus-4-5\ncontext: 50,000 tokens after 4 turns, 25 % of 200,000\n  .=@|:\n  full height is the window\n\
             70 %: turn 3 with 190,000 tokens; no handoff or ledger was written after it\n\
             95 %: turn 3 with 190,000 tokens; no handoff or ledger was written after it\n\
             150,000 tokens: turn 3 with 190,000 tokens; no handoff or ledger was written after it\n\
             1 compaction, after turn 3\n1 line could not be read\n"
        );
    }

    #[test]
    fn an_unknown_window_is_said_to_be() {
        let shown = session("s", &log(&[10, 20], "x"), &[70], &Style::default());
        assert!(shown.contains("the window is unknown") && shown.contains("70 %: unknown\n"), "{shown}");
        let json: Value = serde_json::from_str(&session_json("s", &log(&[10, 20], "x"), &[70])).unwrap();
        assert_eq!((&json["context"]["tokens"], &json["context"]["percent"]), (&json!(20), &Value::Null));
    }

    #[test]
    fn many_turns_fit_the_width() {
        let turns: Vec<u64> = (1..5000).map(|n| n * 10).collect();
        let shown =
            session("s", &log(&turns, "claude-opus-4-5"), &[70], &Style { width: 60, ..Style::default() });
        assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    }
}
