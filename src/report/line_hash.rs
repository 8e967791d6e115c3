//! The hash by which GitHub recognises a line that has moved: over the first hundred characters from its start that are
//! neither spaces nor tabs. Exact to the bit, or alerts are closed and opened anew.
//!
//! GitHub's upload action computes the same where a file has none, and warns where one differs:
//! <https://github.com/github/codeql-action/blob/main/src/fingerprints.ts>

use std::collections::BTreeMap;

/// How many characters count.
const WINDOW: usize = 100;

/// The factor of the polynomial, which is computed in 64 bits.
const BASE: u64 = 37;

/// Stands behind the text; zeros follow it.
const END: u16 = 0xffff;

/// The hashes of these lines, numbered from 1: hexadecimal digits, a colon, and how many lines of the text up to this one
/// have those digits. Lines that the text does not have are left out.
///
/// A lone carriage return ends a line here, as it does for GitHub.
pub(super) fn line_hashes<'l>(
    text: &str,
    wanted: impl IntoIterator<Item = &'l u32>,
) -> BTreeMap<u32, String> {
    let wanted: std::collections::BTreeSet<u32> = wanted.into_iter().copied().collect();
    let Some(&last) = wanted.last() else { return BTreeMap::new() };
    let (units, starts) = significant(text);
    let leading = BASE.wrapping_pow(100);
    let mut hashes = BTreeMap::new();
    let mut seen: BTreeMap<u64, u32> = BTreeMap::new();
    let unit = |at: usize| units.get(at).map_or(0, |&unit| u64::from(unit));
    let mut hash = (0..WINDOW).fold(0_u64, |hash, at| hash.wrapping_mul(BASE).wrapping_add(unit(at)));
    let mut at = 0;
    for (number, &start) in (1_u32..=last).zip(&starts) {
        while at < start {
            let gone = leading.wrapping_mul(unit(at));
            hash = hash.wrapping_mul(BASE).wrapping_add(unit(at + WINDOW)).wrapping_sub(gone);
            at += 1;
        }
        let occurrence = seen.entry(hash).and_modify(|n| *n += 1).or_insert(1);
        if wanted.contains(&number) {
            hashes.insert(number, format!("{hash:x}:{occurrence}"));
        }
    }
    hashes
}

/// The UTF-16 units that count, the end among them, with every sort of line end as one line feed; and where lines start.
fn significant(text: &str) -> (Vec<u16>, Vec<usize>) {
    let mut units = Vec::with_capacity(text.len() + 1);
    let mut starts = vec![0];
    let mut is_after_return = false;
    for unit in text.encode_utf16() {
        let is_second_half = is_after_return && unit == u16::from(b'\n');
        is_after_return = false;
        if is_second_half || unit == u16::from(b' ') || unit == u16::from(b'\t') {
            continue;
        }
        is_after_return = unit == u16::from(b'\r');
        let ends_line = is_after_return || unit == u16::from(b'\n');
        units.push(if ends_line { u16::from(b'\n') } else { unit });
        if ends_line {
            starts.push(units.len());
        }
    }
    units.push(END);
    (units, starts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::proptest;

    fn all(text: &str) -> Vec<String> {
        line_hashes(text, &(1..=100).collect::<Vec<u32>>()).into_values().collect()
    }

    #[test]
    fn hashes_are_those_of_the_upload_action() {
        // Computed by the definition with other code, which agrees with all hashes in the action's own tests.
        assert_eq!(all(""), ["c129715d7a2bc9a3:1"]);
        let text = "# Shop\r\n\r\n\tpip install 🦀\r\n  uv sync\r\n";
        assert_eq!(all(text), EXPECTED);
        assert_eq!(all(&text.replace("\r\n", "\n")), EXPECTED);
        assert_eq!(all(&text.replace("\r\n", "\r").replace(['\t', ' '], "")), EXPECTED);
    }

    const EXPECTED: [&str; 5] = [
        "ece9e15988bb786:1",
        "2c34cc96c316da8b:1",
        "6b816bc4332d03ad:1",
        "f9991f235d374d91:1",
        "c129715d7a2bc9a3:1",
    ];

    #[test]
    fn equal_lines_are_counted() {
        let hashes = all(&"the same line of text that is not short at all\n".repeat(9));
        assert!(hashes[0].ends_with(":1") && hashes[5].ends_with(":6"), "{hashes:?}");
        assert_eq!(hashes[0].split(':').next(), hashes[5].split(':').next());
    }

    proptest! {
        /// The definition: for each line start, a polynomial over what follows.
        #[test]
        fn a_rolled_hash_is_a_computed_one(text in "[ab🦀é \t\r\n]{0,300}") {
            let (units, starts) = significant(&text);
            let computed = starts.iter().map(|&start| {
                let window = units[start..].iter().copied().chain(std::iter::repeat(0)).take(WINDOW);
                window.fold(0_u64, |hash, unit| hash.wrapping_mul(BASE).wrapping_add(u64::from(unit)))
            });
            let rolled = line_hashes(&text, &(1..=400).collect::<Vec<u32>>());
            let rolled = rolled.values().map(|hash| hash.split(':').next().unwrap_or_default().to_owned());
            assert!(computed.map(|hash| format!("{hash:x}")).eq(rolled));
        }
    }
}
