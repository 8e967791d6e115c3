//! What a coding agent's session log tells of the use of its context: Claude Code's JSONL and Codex' rollouts, read as
//! a stream. Guesses nothing: where a log does not say how large the window is, the share of it is unknown.

use std::collections::HashMap;
use std::io::BufRead;

mod claude;
mod codex;
mod lines;
mod note;
mod windows;

use lines::{Line, Lines};

/// A log of more bytes than this is read up to here (2 GiB): a bound for what never ends.
const MAX_BYTES: u64 = 2 << 30;

/// How many lines are looked at for a sign of whose log it is.
const PROBE_LINES: usize = 50;

/// Turns and writes of a log that are kept; what comes later is counted as cut.
const MAX_TURNS: usize = 1_000_000;

/// Among so many notes that were written last the one is looked for whose call failed.
const RECENT_NOTES: usize = 64;

/// Whose log it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agent {
    /// Claude Code.
    Claude,
    /// Codex.
    Codex,
}

impl Agent {
    /// The word used in facts and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Claude => "claude",
            Self::Codex => "codex",
        }
    }

    /// Tokens that the agent itself leaves out of the share: Codex counts from what every session begins with.
    fn baseline(self) -> u64 {
        match self {
            Self::Claude => 0,
            Self::Codex => codex::BASELINE,
        }
    }
}

/// One answer of the model on the main chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The tokens of context that it was given.
    pub tokens: u64,
    /// The size of the window in tokens, where it is known.
    pub window: Option<u64>,
    /// How many compactions came before it.
    pub stretch: usize,
    baseline: u64,
}

impl Turn {
    /// The share of the window in thousandths; nothing where the window is unknown.
    #[must_use]
    pub fn permille(&self) -> Option<u64> {
        let window = self.window?.checked_sub(self.baseline).filter(|window| *window > 0)?;
        let used = u128::from(self.tokens.saturating_sub(self.baseline)) * 1000 / u128::from(window);
        Some(u64::try_from(used).unwrap_or(u64::MAX))
    }

    /// Whether it came to a level: a percentage up to 100, else a number of tokens. Nothing where that is unknown.
    #[must_use]
    pub fn reaches(&self, level: u64) -> Option<bool> {
        if level > 100 { Some(self.tokens >= level) } else { Some(self.permille()? >= level * 10) }
    }
}

/// A place where the context was summarised and begun anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compaction {
    /// How many turns came before it.
    pub after_turn: usize,
    /// The tokens afterwards, where the log says.
    pub tokens: Option<u64>,
}

/// A handoff or ledger that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The turn in which it was written, from 1; 0 before the first.
    pub turn: usize,
    /// How many compactions came before it.
    pub stretch: usize,
    /// Its path as the log has it.
    pub path: String,
    call: String,
}

/// How much of the context is used at the end of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// The last turn says.
    Turn(Turn),
    /// Nothing was answered since the last compaction, which left so many tokens.
    Compacted(u64),
    /// The log does not say.
    Unknown,
}

/// The first turn of a stretch that came to a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossing {
    /// The level, as it was asked for.
    pub level: u64,
    /// The turn, from 1.
    pub turn: usize,
    /// Its tokens.
    pub tokens: u64,
    /// The turn in which a handoff or ledger was written then or later, before the next compaction.
    pub note_turn: Option<usize>,
}

/// What a session log says.
#[derive(Debug, Clone)]
pub struct SessionLog {
    /// Whose it is.
    pub agent: Agent,
    /// The session's id, where the log names one.
    pub session: Option<String>,
    /// The model that answered last.
    pub model: Option<String>,
    /// The answers of the main chain, in order.
    pub turns: Vec<Turn>,
    /// The compactions, in order.
    pub compactions: Vec<Compaction>,
    /// The handoffs and ledgers written, in order.
    pub notes: Vec<Note>,
    /// How many lines were read.
    pub lines: usize,
    /// How many of them are no JSON objects.
    pub malformed: usize,
    /// How many were too long to be read.
    pub too_long: usize,
    /// Whether the last line ends in the middle: it is being written, or never was to its end.
    pub is_half_written: bool,
    /// Whether the log was not read to its end.
    pub is_cut: bool,
}

/// Reads a log; nothing if it is none. A window that is given counts for every turn of Claude's logs, which name none.
///
/// A line that cannot be read is counted and passed over, and an error of the reader ends the log there.
pub fn read(reader: impl BufRead, window: Option<u64>) -> Option<SessionLog> {
    let mut lines = Lines::new(reader, MAX_BYTES);
    let mut reading: Option<Reading> = None;
    // What stands before the first line that tells whose log it is.
    let mut early = Counts::default();
    while let Some(line) = lines.next_line() {
        if let Some(reading) = &mut reading {
            reading.line(line, window);
            continue;
        }
        early.lines += 1;
        match line {
            Line::TooLong => early.too_long += 1,
            Line::Whole(bytes) | Line::Unended(bytes) => match recognise(bytes) {
                Recognised::No => {}
                Recognised::NoObject => early.malformed += 1,
                Recognised::Log(agent) => {
                    early.lines -= 1;
                    let mut begun = Reading::new(agent, early);
                    begun.line(line, window);
                    reading = Some(begun);
                    continue;
                }
            },
        }
        if early.lines >= PROBE_LINES {
            return None;
        }
    }
    let mut log = reading?.log;
    log.is_cut |= lines.is_cut();
    Some(log)
}

enum Recognised {
    No,
    NoObject,
    Log(Agent),
}

fn recognise(bytes: &[u8]) -> Recognised {
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes) else { return Recognised::NoObject };
    if claude::is_line(&value) {
        Recognised::Log(Agent::Claude)
    } else if codex::is_line(&value) {
        Recognised::Log(Agent::Codex)
    } else {
        Recognised::No
    }
}

/// Whether a line is one JSON object; its values are looked at no further.
fn is_object(line: &[u8]) -> bool {
    line.starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    lines: usize,
    malformed: usize,
    too_long: usize,
}

/// What a line tells, whoever wrote it.
#[derive(Debug, PartialEq, Eq)]
enum Event {
    /// The model answered. One answer may stand on several lines with the same id.
    Answer { id: Option<String>, tokens: u64, window: Option<u64> },
    /// The model is this one.
    Model(String),
    /// The session is this one.
    Session(String),
    /// The context was summarised.
    Compacted(Option<u64>),
    /// A call wrote a handoff or ledger.
    Wrote { call: String, path: String },
    /// A call failed.
    Failed(String),
}

/// A log in the making.
struct Reading {
    log: SessionLog,
    /// The turns of the present stretch, by the ids of their answers.
    answers: HashMap<String, usize>,
    state: codex::State,
}

impl Reading {
    fn new(agent: Agent, early: Counts) -> Self {
        let log = SessionLog {
            agent,
            session: None,
            model: None,
            turns: Vec::new(),
            compactions: Vec::new(),
            notes: Vec::new(),
            lines: early.lines,
            malformed: early.malformed,
            too_long: early.too_long,
            is_half_written: false,
            is_cut: false,
        };
        Self { log, answers: HashMap::new(), state: codex::State::default() }
    }

    fn line(&mut self, line: Line<'_>, window: Option<u64>) {
        self.log.lines += 1;
        let (bytes, is_ended) = match line {
            Line::TooLong => {
                self.log.too_long += 1;
                return;
            }
            Line::Whole(bytes) => (bytes, true),
            Line::Unended(bytes) => (bytes, false),
        };
        let events = match self.log.agent {
            Agent::Claude => claude::events(bytes),
            Agent::Codex => codex::events(bytes, &mut self.state),
        };
        match events {
            Some(events) => events.into_iter().for_each(|event| self.take(event, window)),
            None if is_ended => self.log.malformed += 1,
            None => self.log.is_half_written = true,
        }
    }

    fn take(&mut self, event: Event, explicit: Option<u64>) {
        let log = &mut self.log;
        let stretch = log.compactions.len();
        match event {
            Event::Session(id) => {
                log.session.get_or_insert(id);
            }
            Event::Model(model) => log.model = Some(model),
            Event::Compacted(tokens) => {
                log.compactions.push(Compaction { after_turn: log.turns.len(), tokens });
                self.answers.clear();
            }
            Event::Wrote { call, path } if log.notes.len() < MAX_TURNS => {
                log.notes.push(Note { turn: log.turns.len(), stretch, path, call });
            }
            Event::Failed(call) => {
                // A result follows its call closely; looking through all notes for each would take for ever.
                let recent = log.notes.len().saturating_sub(RECENT_NOTES);
                if let Some(at) = log.notes[recent..].iter().rposition(|note| note.call == call) {
                    log.notes.remove(recent + at);
                }
            }
            Event::Answer { id, tokens, window } => {
                let known = id.as_ref().and_then(|id| self.answers.get(id));
                if let Some(turn) = known.and_then(|at| log.turns.get_mut(*at)) {
                    // Rows that were written while the answer still came have smaller counts.
                    turn.tokens = turn.tokens.max(tokens);
                } else if log.turns.len() < MAX_TURNS {
                    self.answers.extend(id.map(|id| (id, log.turns.len())));
                    let baseline = log.agent.baseline();
                    let model = log.model.as_deref();
                    let window = explicit.or(window).or_else(|| windows::window(model?));
                    log.turns.push(Turn { tokens, window, stretch, baseline });
                } else {
                    log.is_cut = true;
                }
            }
            Event::Wrote { .. } => log.is_cut = true,
        }
    }
}

impl SessionLog {
    /// How much of the context is used at the end.
    #[must_use]
    pub fn usage(&self) -> Use {
        let stretch = self.compactions.len();
        match self.turns.last().filter(|turn| turn.stretch == stretch) {
            Some(turn) => Use::Turn(*turn),
            None => match self.compactions.last().and_then(|compaction| compaction.tokens) {
                Some(tokens) => Use::Compacted(tokens),
                None => Use::Unknown,
            },
        }
    }

    /// For each stretch between compactions the first turn that came to each level, in order of the turns.
    #[must_use]
    pub fn crossings(&self, levels: &[u64]) -> Vec<Crossing> {
        let mut crossings = Vec::new();
        let mut at = 0;
        for stretch in self.turns.chunk_by(|one, next| one.stretch == next.stretch) {
            crossings.extend(self.crossings_in(at..at + stretch.len(), levels));
            at += stretch.len();
        }
        crossings
    }

    /// The same for the turns of one stretch, by their indexes.
    #[must_use]
    pub fn crossings_in(&self, turns: std::ops::Range<usize>, levels: &[u64]) -> Vec<Crossing> {
        let stretch = self.turns.get(turns.clone()).unwrap_or_default();
        let crossing = |level: &u64| {
            let first = stretch.iter().position(|turn| turn.reaches(*level) == Some(true))?;
            Some(self.crossing(*level, turns.start + first))
        };
        let mut crossings: Vec<Crossing> = levels.iter().filter_map(crossing).collect();
        crossings.sort_by_key(|crossing| (crossing.turn, crossing.level));
        crossings
    }

    fn crossing(&self, level: u64, at: usize) -> Crossing {
        let Turn { tokens, stretch, .. } = self.turns[at];
        // Notes stand in the order in which they were written.
        let first = self.notes.partition_point(|note| (note.stretch, note.turn) <= (stretch, at));
        let note_turn = self.notes.get(first).filter(|note| note.stretch == stretch).map(|note| note.turn);
        Crossing { level, turn: at + 1, tokens, note_turn }
    }
}

#[cfg(test)]
mod tests;
