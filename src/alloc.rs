//! Counts the live bytes of each thread, so that a policy that eats memory is stopped. The only file with unsafe
//! code: a global allocator cannot be written without it, and Rhai's own limits do not see all that a script holds.

#![expect(
    unsafe_code,
    reason = "`GlobalAlloc` is an unsafe trait; every method hands on to the system allocator"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Bytes allocated less bytes freed by this thread; below zero where it frees what another allocated. Constant
    /// and without a destructor, so that reading it never allocates.
    static LIVE: Cell<i64> = const { Cell::new(0) };
}

/// The system allocator, with a count for each thread.
#[derive(Debug, Clone, Copy)]
pub struct Counting;

/// The live bytes of this thread since it started; always 0 where [`Counting`] is not the global allocator.
#[must_use]
pub fn live_bytes() -> i64 {
    LIVE.try_with(Cell::get).unwrap_or_default()
}

fn add(bytes: usize) {
    let _ = LIVE.try_with(|live| live.set(live.get().wrapping_add(i64::try_from(bytes).unwrap_or(i64::MAX))));
}

fn remove(bytes: usize) {
    let _ = LIVE.try_with(|live| live.set(live.get().wrapping_sub(i64::try_from(bytes).unwrap_or(i64::MAX))));
}

// SAFETY: every call is handed on to the system allocator with the caller's own layout; the count beside it cannot
// unwind, allocate or touch the memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: the caller's contract is ours.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: the caller's contract is ours.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        remove(layout.size());
        // SAFETY: the caller's contract is ours.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        remove(layout.size());
        add(new_size);
        // SAFETY: the caller's contract is ours.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}
