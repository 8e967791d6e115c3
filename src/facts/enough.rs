//! When a kind may stop making rows: one is enough to show that a policy applies. Judges nothing itself.

use super::Fact;

/// Says of a row whether it is enough: one is, to show that a policy applies.
#[derive(Clone, Copy)]
pub struct Enough<'a>(&'a (dyn Fn(&Fact) -> bool + Sync));

impl Enough<'_> {
    /// Every row is wanted.
    pub const NEVER: Enough<'static> = Enough(&|_| false);
}

impl<'a> Enough<'a> {
    /// A row of which `is_enough` holds is.
    #[must_use]
    pub fn new(is_enough: &'a (dyn Fn(&Fact) -> bool + Sync)) -> Self {
        Self(is_enough)
    }

    /// Whether the last of these rows is enough.
    pub(super) fn is_reached(self, rows: &[Fact]) -> bool {
        rows.last().is_some_and(self.0)
    }
}

impl std::fmt::Debug for Enough<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enough")
    }
}
