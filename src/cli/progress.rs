//! The progress line of a long run, on standard error and on a terminal only.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::pipeline::Progress;
use crate::workspace::Environment;

/// How long a run may take before it is shown how far it has come.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the line changes, and how soon it goes when the run ends.
const TICK: Duration = Duration::from_millis(80);

/// Does `work`, with a progress line if it takes longer than [`PATIENCE`].
pub(super) fn with_progress<T>(
    progress: &Progress,
    environment: &Environment,
    quiet: bool,
    work: impl FnOnce() -> T,
) -> T {
    if quiet || !environment.stderr_is_terminal || environment.is_ci {
        return work();
    }
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let shower = scope.spawn(|| show(progress, &is_done));
        let _end = End { is_done: &is_done, shower: shower.thread().clone() };
        work()
    })
}

/// Ends the line when the work does, by a panic too: the scope would wait for it for ever.
struct End<'a> {
    is_done: &'a AtomicBool,
    shower: Thread,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.is_done.store(true, Ordering::Relaxed);
        self.shower.unpark();
    }
}

fn show(progress: &Progress, is_done: &AtomicBool) {
    std::thread::park_timeout(PATIENCE);
    if is_done.load(Ordering::Relaxed) {
        return;
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} judging, {pos} files so far ({elapsed})") {
        bar.set_style(style);
    }
    while !is_done.load(Ordering::Relaxed) {
        bar.set_position(progress.files.load(Ordering::Relaxed) as u64);
        bar.tick();
        std::thread::park_timeout(TICK);
    }
    bar.finish_and_clear();
}
