//! One line of a Codex rollout. Codex says itself how large the window is, so nothing is looked up.

use serde_json::Value;

use super::{Event, note};

/// What every session begins with, in tokens: Codex leaves it out of both sides of the share that it shows.
pub(super) const BASELINE: u64 = 12_000;

/// The types of lines.
const TYPES: &[&str] = &["session_meta", "turn_context", "response_item", "event_msg", "compacted"];

/// Words of which a line that tells anything has one; other lines are only checked for being JSON.
const SIGNS: &[&[u8]] = &[
    b"token_count",
    b"session_meta",
    b"turn_context",
    b"compacted",
    b"function_call",
    b"custom_tool_call",
    b"local_shell_call",
];

/// What is known from the lines before.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The tokens of the whole session at the last answer: a count that has not grown repeats that answer.
    total: Option<u64>,
    /// Whether the last event was a compaction, which is told on two lines.
    is_compacted: bool,
}

/// Whether a line is one of Codex'.
pub(super) fn is_line(value: &Value) -> bool {
    let is_known = value.get("type").and_then(Value::as_str).is_some_and(|name| TYPES.contains(&name));
    is_known && value.get("payload").is_some_and(Value::is_object)
}

/// What the line tells; nothing where it is no JSON object.
pub(super) fn events(line: &[u8], state: &mut State) -> Option<Vec<Event>> {
    if !SIGNS.iter().any(|sign| memchr::memmem::find(line, sign).is_some()) {
        return super::is_object(line).then(Vec::new);
    }
    let value: Value = serde_json::from_slice(line).ok().filter(Value::is_object)?;
    let payload = &value["payload"];
    let text = |key: &str| payload[key].as_str().map(str::to_owned);
    let event = match (value["type"].as_str(), payload["type"].as_str()) {
        (Some("session_meta"), _) => text("id").map(Event::Session),
        (Some("turn_context"), _) => text("model").map(Event::Model),
        (Some("compacted"), _) | (Some("event_msg"), Some("context_compacted")) => {
            (!std::mem::replace(&mut state.is_compacted, true)).then_some(Event::Compacted(None))
        }
        (Some("event_msg"), Some("token_count")) => answer(&payload["info"], state),
        (Some("response_item"), Some(kind)) => item(kind, payload),
        _ => None,
    };
    Some(event.into_iter().collect())
}

fn answer(info: &Value, state: &mut State) -> Option<Event> {
    let tokens = info["last_token_usage"]["total_tokens"].as_u64()?;
    let total = info["total_token_usage"]["total_tokens"].as_u64();
    let is_repeated = total.is_some() && total == state.total;
    state.total = total.or(state.total);
    if is_repeated {
        return None;
    }
    state.is_compacted = false;
    Some(Event::Answer { id: None, tokens, window: info["model_context_window"].as_u64() })
}

/// A call that writes a handoff or ledger, or the answer to one that failed.
fn item(kind: &str, payload: &Value) -> Option<Event> {
    let call = payload["call_id"].as_str().unwrap_or_default().to_owned();
    let path = match kind {
        "function_call" => {
            let arguments = payload["arguments"].as_str().unwrap_or_default();
            let arguments = serde_json::from_str::<Value>(arguments).unwrap_or_default();
            command(&arguments)
        }
        "local_shell_call" => command(&payload["action"]),
        "custom_tool_call" => payload["input"].as_str().and_then(note::written_by),
        "function_call_output" | "custom_tool_call_output" => {
            return has_failed(&payload["output"]).then_some(Event::Failed(call));
        }
        _ => None,
    };
    path.map(|path| Event::Wrote { call, path })
}

/// The note that a call of the shell writes: its command is a text or a list of words.
fn command(arguments: &Value) -> Option<String> {
    let command = ["command", "cmd", "input"].iter().find_map(|key| arguments.get(*key))?;
    match command {
        Value::String(command) => note::written_by(command),
        Value::Array(words) => {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            note::written_by(&words.join(" "))
        }
        _ => None,
    }
}

/// Whether the output of a call says that it failed, as text with JSON in it or as an object.
fn has_failed(output: &Value) -> bool {
    let parsed;
    let output = match output {
        Value::String(text) => {
            parsed = serde_json::from_str::<Value>(text).unwrap_or_default();
            &parsed
        }
        other => other,
    };
    let code = output["metadata"]["exit_code"].as_i64();
    output["success"] == false || code.is_some_and(|code| code != 0)
}
