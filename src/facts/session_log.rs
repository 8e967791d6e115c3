//! The `session_log` kind: logs of coding agents that a repository holds, and how full they say the context was. Only
//! lays out as rows what the reader of logs says.

use super::{Fact, Field, Kind, Source, Survey, Type, Value};
use crate::session_log::{self, Crossing, SessionLog, Turn, Use};
use crate::source::Place;

/// The levels for which rows tell turns, in per cent.
const LEVELS: std::ops::RangeInclusive<u64> = 0..=100;

/// Of a log with more stretches the last ones are told.
const MOST_STRETCHES: usize = 100;

/// A stretch of a session.
pub(super) static KIND: Kind = Kind {
    name: "session_log",
    doc: "A stretch of a coding agent's session between two compactions of its context, out of a log of Claude Code or Codex; where the log does not say how large the window is, its share is absent",
    fields: &[
        Field { name: "agent", ty: Type::Text, doc: "Whose log it is: `claude` or `codex`" },
        Field { name: "session", ty: Type::Text, doc: "The id of the session; absent if the log has none" },
        Field {
            name: "model",
            ty: Type::Text,
            doc: "The model that answered last; absent if the log names none",
        },
        Field { name: "stretch", ty: Type::Int, doc: "Its number, from 1" },
        Field { name: "is_last", ty: Type::Bool, doc: "Whether no compaction follows it" },
        Field { name: "turns", ty: Type::Int, doc: "How many answers it has on the main chain" },
        Field {
            name: "window",
            ty: Type::Int,
            doc: "The size of the window in tokens; absent where it is unknown",
        },
        Field {
            name: "tokens",
            ty: Type::Int,
            doc: "The tokens of context at its last answer, or what a compaction left; absent where the log does not say",
        },
        Field {
            name: "percent",
            ty: Type::Int,
            doc: "The same as a share of the window, rounded down; absent where either is unknown",
        },
        Field {
            name: "peak",
            ty: Type::Int,
            doc: "The largest share of the window, rounded down; absent where it is unknown",
        },
        Field {
            name: "reached",
            ty: Type::List,
            doc: "For each percentage from 0 to 100 the number of the turn, from the start of the session, that first came to it; empty where none did, and an empty list where the window is unknown",
        },
        Field {
            name: "noted",
            ty: Type::List,
            doc: "For each percentage from 0 to 100 the number of the turn in which a handoff or ledger was written after that; empty where none was",
        },
        Field { name: "malformed", ty: Type::Int, doc: "How many lines of the log could not be read" },
    ],
    source: Source::Names(rows),
};

fn rows(survey: &Survey<'_>, facts: &mut Vec<Fact>) {
    let logs = survey.names.paths().iter().filter(|path| path.extension() == "jsonl");
    for path in logs.filter(|path| survey.is_in_focus(path.as_str())) {
        let Ok(stream) = survey.workspace.stream(path) else { continue };
        let Some(log) = session_log::read(stream, None) else { continue };
        for (stretch, turns, start) in stretches(&log) {
            let crossings = log.crossings_in(start..start + turns.len(), &LEVELS.collect::<Vec<_>>());
            let values = values(&log, stretch, turns, lists(turns, &crossings));
            facts.push(Fact::new(
                &KIND,
                Place::whole(path.clone()),
                format!("stretch {}", stretch + 1),
                values,
            ));
        }
    }
}

/// The last stretches with their numbers, their turns and the index of the first; one behind the last compaction is
/// there even where it has no turn yet.
fn stretches(log: &SessionLog) -> Vec<(usize, &[Turn], usize)> {
    let mut found = Vec::new();
    let mut start = 0;
    for turns in log.turns.chunk_by(|one, next| one.stretch == next.stretch) {
        found.push((turns[0].stretch, turns, start));
        start += turns.len();
    }
    if found.last().is_none_or(|(stretch, _, _)| *stretch < log.compactions.len()) {
        found.push((log.compactions.len(), &[], start));
    }
    found.split_off(found.len().saturating_sub(MOST_STRETCHES))
}

/// For each level the turn that came to it, and the turn in which a note was written after that.
fn lists(turns: &[Turn], crossings: &[Crossing]) -> [Value; 2] {
    if !turns.iter().any(|turn| turn.permille().is_some()) {
        return [Value::list([""; 0]), Value::list([""; 0])];
    }
    let list = |field: fn(&Crossing) -> Option<usize>| {
        let text = |level: u64| {
            let crossing = crossings.iter().find(|crossing| crossing.level == level);
            crossing.and_then(field).map_or_else(String::new, |turn| turn.to_string())
        };
        Value::list(LEVELS.map(text))
    };
    [list(|crossing| Some(crossing.turn)), list(|crossing| crossing.note_turn)]
}

fn values(log: &SessionLog, stretch: usize, turns: &[Turn], lists: [Value; 2]) -> Vec<Value> {
    let is_last = stretch == log.compactions.len();
    let number = |number: Option<u64>| {
        number.map_or(Value::None, |number| Value::Int(i64::try_from(number).unwrap_or(i64::MAX)))
    };
    let last = turns.last();
    let tokens = match (last, log.usage()) {
        (None, Use::Compacted(tokens)) if is_last => Some(tokens),
        _ => last.map(|turn| turn.tokens),
    };
    let percent = |turn: &Turn| turn.permille().map(|permille| permille / 10);
    let [reached, noted] = lists;
    vec![
        Value::text(log.agent.word()),
        Value::maybe(log.session.as_deref()),
        Value::maybe(log.model.as_deref()),
        Value::count(stretch + 1),
        Value::Bool(is_last),
        Value::count(turns.len()),
        number(last.and_then(|turn| turn.window)),
        number(tokens),
        number(last.and_then(percent)),
        number(turns.iter().filter_map(percent).max()),
        reached,
        noted,
        Value::count(log.malformed),
    ]
}
