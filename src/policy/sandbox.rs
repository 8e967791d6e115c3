//! The engine that runs scripts, hardened: no way to the clock, the disk, the terminal or more memory than it is
//! given. Every setting here closes a hole that was measured, not imagined.

use std::cell::Cell;
use std::time::{Duration, Instant};

use rhai::{Dynamic, Engine, EvalAltResult, OptimizationLevel, Position};

use super::host;
use crate::alloc::live_bytes;

/// Operations that one call of a policy's function may take. Deterministic, so this is the limit that normally fires.
pub(super) const MAX_OPERATIONS: u64 = 2_000_000;

/// Bytes that one call may hold, beyond what was held before it.
pub(super) const MAX_BYTES: i64 = 48 << 20;

/// Wall time of one call; a safety net for single operations that are slow.
pub(super) const MAX_TIME: Duration = Duration::from_millis(if cfg!(debug_assertions) { 2_000 } else { 800 });

/// Characters that a message, a help or a label may have: what is longer nobody reads, and ten thousand of them would
/// fill the memory.
pub(super) const MAX_TEXT: usize = 2_000;

/// Findings that one call may return.
pub(super) const MAX_FINDINGS: usize = 10_000;

/// Bytes that a text may have which a script makes.
pub(super) const MAX_STRING: usize = 64 * 1024;

/// What a call was stopped for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spent {
    /// [`MAX_TEXT`].
    Text,
    /// [`MAX_STRING`], for a text that the host would have made.
    String,
    /// [`MAX_BYTES`].
    Memory,
    /// [`MAX_TIME`].
    Time,
}

thread_local! {
    static START_BYTES: Cell<i64> = const { Cell::new(0) };
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
    static OPERATIONS: Cell<u64> = const { Cell::new(0) };
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Runs `call` with fresh budgets; gives its result and the operations it took.
pub(super) fn with_budgets<T>(call: impl FnOnce() -> T) -> (T, u64) {
    START_BYTES.set(live_bytes());
    DEADLINE.set(Some(Instant::now() + MAX_TIME));
    OPERATIONS.set(0);
    RUNNING.set(true);
    let result = call();
    RUNNING.set(false);
    (result, OPERATIONS.get())
}

/// Whether this thread is inside a script. A panic there is caught and reported as a failure of the policy.
#[must_use]
pub fn is_running_script() -> bool {
    RUNNING.try_with(Cell::get).unwrap_or_default()
}

/// A new engine.
pub(super) fn engine() -> Engine {
    let mut engine = Engine::new();
    limits(&mut engine);
    // Nested `eval` overflows the native stack; `curry` holds memory that no limit counts.
    engine.disable_symbol("eval");
    engine.disable_symbol("curry");
    // The language's own `sleep` would block the thread where the deadline cannot see it.
    engine.register_fn("sleep", |_: i64| refuse_sleep());
    engine.register_fn("sleep", |_: f64| refuse_sleep());
    // Printing would mix with the report.
    engine.on_print(|_| {});
    engine.on_debug(|_, _, _| {});
    engine.set_strict_variables(true);
    engine.set_fail_on_invalid_map_property(true);
    engine.set_optimization_level(OptimizationLevel::Simple);
    // The interner sits behind one lock that every property access takes: two threads are slower than one with it.
    engine.set_max_strings_interned(0);
    engine.on_progress(watch);
    host::register(&mut engine);
    engine
}

/// Set one by one: the library's defaults differ between debug and release builds.
fn limits(engine: &mut Engine) {
    engine.set_max_operations(MAX_OPERATIONS);
    engine.set_max_call_levels(24);
    engine.set_max_expr_depths(48, 24);
    engine.set_max_string_size(MAX_STRING);
    engine.set_max_array_size(4_096);
    engine.set_max_map_size(1_024);
    engine.set_max_variables(128);
    engine.set_max_functions(128);
}

/// Called on every operation. Memory and the clock are looked at every 16: one operation of the host can take longer
/// than thousands of the language.
fn watch(operations: u64) -> Option<Dynamic> {
    OPERATIONS.set(operations);
    if !operations.is_multiple_of(16) {
        return None;
    }
    if live_bytes() - START_BYTES.get() > MAX_BYTES {
        return Some(spent(Spent::Memory));
    }
    if DEADLINE.get().is_some_and(|deadline| Instant::now() > deadline) {
        return Some(spent(Spent::Time));
    }
    None
}

/// The refusal of a host function. An error of a script, since those keep their place; one that is caught does no harm.
pub(super) fn refusal(what: Spent) -> Box<EvalAltResult> {
    Box::new(EvalAltResult::ErrorRuntime(spent(what), Position::NONE))
}

fn spent(what: Spent) -> Dynamic {
    Dynamic::from(what)
}

fn refuse_sleep() -> Result<(), Box<EvalAltResult>> {
    Err("a policy cannot sleep".into())
}
