//! One line of a Claude Code session log. Fields and their meaning as the program writes them; what it does not know it
//! passes over.

use serde_json::Value;

use super::{Event, note};

/// Words of which a line that tells anything has one; other lines are only checked for being JSON.
const SIGNS: &[&[u8]] =
    &[b"\"usage\"", b"compact_boundary", b"\"tool_use\"", b"\"is_error\"", b"\"sessionId\""];

/// Whether a line is one of Claude Code's: its rows name their session, and the first may be a summary.
pub(super) fn is_line(value: &Value) -> bool {
    let has = |key: &str| value.get(key).is_some_and(Value::is_string);
    has("type") && (has("sessionId") && (has("uuid") || has("timestamp")) || has("leafUuid"))
}

/// What the line tells; nothing where it is no JSON object.
pub(super) fn events(line: &[u8]) -> Option<Vec<Event>> {
    if !SIGNS.iter().any(|sign| memchr::memmem::find(line, sign).is_some()) {
        return super::is_object(line).then(Vec::new);
    }
    let value: Value = serde_json::from_slice(line).ok().filter(Value::is_object)?;
    let mut events = Vec::new();
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    events.extend(text(&value, "sessionId").map(Event::Session));
    let is = |key: &str| value.get(key) == Some(&Value::Bool(true));
    let is_side = is("isSidechain");
    match value.get("type").and_then(Value::as_str) {
        Some("system") if !is_side && value["subtype"] == "compact_boundary" => {
            events.push(Event::Compacted(value["compactMetadata"]["postTokens"].as_u64()));
        }
        Some("assistant") => {
            let message = &value["message"];
            let is_real = !is_side && !is("isApiErrorMessage") && message["model"] != "<synthetic>";
            if let Some(tokens) = tokens(&message["usage"]).filter(|_| is_real) {
                events.extend(text(message, "model").map(Event::Model));
                let id = text(message, "id").or_else(|| text(&value, "requestId"));
                events.push(Event::Answer { id, tokens, window: None });
            }
            calls(&message["content"], &mut events);
        }
        Some("user") => results(&value["message"]["content"], &mut events),
        _ => {}
    }
    Some(events)
}

/// The tokens that a request was given: what it sent, and what it took from caches or put there.
fn tokens(usage: &Value) -> Option<u64> {
    let count = |key: &str| usage.get(key).and_then(Value::as_u64);
    let parts = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"].map(count);
    parts.iter().flatten().copied().reduce(u64::saturating_add)
}

/// The handoffs and ledgers that calls write.
fn calls(content: &Value, events: &mut Vec<Event>) {
    for block in content.as_array().into_iter().flatten().filter(|block| block["type"] == "tool_use") {
        let input = &block["input"];
        let path = match block["name"].as_str() {
            Some("Write" | "Edit" | "MultiEdit") => {
                input["file_path"].as_str().filter(|path| note::is_note(path)).map(str::to_owned)
            }
            Some("Bash" | "PowerShell") => input["command"].as_str().and_then(note::written_by),
            _ => None,
        };
        let call = block["id"].as_str().unwrap_or_default().to_owned();
        events.extend(path.map(|path| Event::Wrote { call, path }));
    }
}

/// The calls that failed.
fn results(content: &Value, events: &mut Vec<Event>) {
    let failed = content.as_array().into_iter().flatten().filter(|block| block["is_error"] == true);
    let calls = failed.filter_map(|block| block["tool_use_id"].as_str());
    events.extend(calls.map(|call| Event::Failed(call.to_owned())));
}
