//! Values as JSON text, in which hidden characters are spelt as escapes. Knows no format's shapes.

use std::io;

use serde::Serialize;

use super::clean;

/// The value over several lines, with a line end.
pub(super) fn write_pretty(out: &mut dyn io::Write, value: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    out.write_all(clean::json(&text).as_bytes())?;
    out.write_all(b"\n")
}

/// The value on one line, with its end.
pub(super) fn write_line(out: &mut dyn io::Write, value: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_string(value)?;
    out.write_all(clean::json(&text).as_bytes())?;
    out.write_all(b"\n")
}
