//! The `command` kind.

use super::{Fact, Interest, Kind, Literals, Source, TextSource};
use crate::source::SourceFile;

/// Stub.
pub(super) static KIND: Kind = Kind {
    name: "command",
    doc: "Stub",
    fields: &[],
    source: Source::Text(TextSource { wants: |_| Interest::No, literals: |_| Literals::Any, extract: rows }),
};

fn rows(_: &SourceFile, _: &mut Vec<Fact>) {}
