//! Names that may differ in spelling and still mean the same: case, underscores and plurals do not count. Allocates
//! nothing, so that a hundred thousand names cost little.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// The number of a name, or of several names one after the other, however they are spelt.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Key(u64);

impl Key {
    /// The empty name.
    pub(super) const EMPTY: Self = Self(0xcbf2_9ce4_8422_2325);

    /// This name with the words of another behind it.
    pub(super) fn then(self, name: &str) -> Self {
        words(name).fold(self, Self::word)
    }

    /// This name with one more word behind it.
    pub(super) fn word(self, word: &str) -> Self {
        singular(word).bytes().fold(self, |key, byte| key.byte(byte.to_ascii_lowercase()))
    }

    /// This key in the scope of a folder, whose path counts letter by letter.
    pub(super) fn within(self, folder: &str) -> Self {
        folder.bytes().fold(self.byte(0), Self::byte)
    }

    /// This key and another one, in this order.
    pub(super) fn and(self, other: Self) -> Self {
        other.0.to_le_bytes().into_iter().fold(self, Self::byte)
    }

    /// This text with a dotted name behind it, letter by letter; `/` counts as a dot.
    pub(super) fn dotted(self, name: &str) -> Self {
        let start = if self == Self::EMPTY || name.is_empty() { self } else { self.byte(b'.') };
        name.bytes().fold(start, |key, byte| key.byte(if byte == b'/' { b'.' } else { byte }))
    }

    /// FNV-1a; a collision would pair a module with a wrong test, once in 10^13 modules of a repository of 50,000.
    fn byte(self, byte: u8) -> Self {
        Self((self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    }
}

/// Keys are hashes already.
#[derive(Default)]
pub(super) struct Passing(u64);

impl Hasher for Passing {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A map from keys.
pub(super) type KeyMap<T> = HashMap<Key, T, BuildHasherDefault<Passing>>;

/// A set of keys.
pub(super) type KeySet = HashSet<Key, BuildHasherDefault<Passing>>;

/// The key of one name.
pub(super) fn key(name: &str) -> Key {
    Key::EMPTY.then(name)
}

/// The words of a file name.
pub(super) fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['_', '-', '.']).filter(|word| !word.is_empty())
}

/// A word without the `s` of its plural.
fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(short) if word.len() > 3 && !short.ends_with('s') => short,
        _ => word,
    }
}

/// Names so common that a test whose name merely contains them says nothing.
pub(super) fn is_common(stem: &str) -> bool {
    matches!(
        stem.trim_matches('_'),
        "api"
            | "app"
            | "base"
            | "client"
            | "common"
            | "config"
            | "constants"
            | "context"
            | "core"
            | "errors"
            | "exceptions"
            | "factory"
            | "helpers"
            | "log"
            | "logging"
            | "main"
            | "manager"
            | "model"
            | "models"
            | "run"
            | "schema"
            | "schemas"
            | "server"
            | "service"
            | "services"
            | "settings"
            | "state"
            | "types"
            | "util"
            | "utils"
            | "version"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_count() {
        assert_eq!(key("rate_limiting"), key("RateLimiting"));
        assert_eq!(key("_goals"), key("goal"));
        assert_eq!(key("goals").then("commands"), key("goal_commands"));
        assert_ne!(key("class"), key("clas"));
    }
}
