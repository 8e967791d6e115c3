//! Expressions of a host's own, such as `${{ matrix.x }}`, as variables that nobody sets. Never evaluates one.

use crate::shell::Script;

/// The longest expression that is known as one, in bytes.
const MAX_EXPRESSION: usize = 1000;

/// The script, with each expression between `open` and `close` as the use of a variable of the same length.
pub(super) fn masked(script: Script, open: &str, close: &str) -> Script {
    masked_where(script, open, close, |_| true)
}

/// The same for those expressions alone whose inside is one.
pub(super) fn masked_where(
    mut script: Script,
    open: &str,
    close: &str,
    is_expression: impl Fn(&str) -> bool,
) -> Script {
    let mut at = 0;
    while let Some(start) = script.text().get(at..).and_then(|rest| rest.find(open)).map(|found| at + found) {
        let inside = start + open.len();
        let length = length(&script.text()[inside..], open, close)
            .filter(|length| is_expression(&script.text()[inside..inside + length - close.len()]));
        at = inside + length.unwrap_or(0);
        // A shell would read `${{` alone to the end of the text in search of its end.
        if length.is_some() || open == "${{" {
            script.overwrite(start, &format!("${}", "_".repeat(at - start - 1)));
        }
    }
    script
}

/// The length of an expression up to the end of its closing mark, if it closes on its line and before another opens.
fn length(text: &str, open: &str, close: &str) -> Option<usize> {
    let near = &text[..text.floor_char_boundary(MAX_EXPRESSION)];
    // Where another opens the search for its end goes on, so that no stretch is searched twice.
    let near = near.split(open).next()?.split('\n').next()?;
    near.find(close).map(|at| at + close.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn github(text: &str) -> String {
        masked(Script::verbatim(text, 0), "${{", "}}").text().to_owned()
    }

    #[test]
    fn expressions_become_variables_of_their_length() {
        assert_eq!(github("a ${{ x || 'é' }} b"), "a $_______________ b");
        assert_eq!(github("a ${{ x"), "a $__ x");
        assert_eq!(github("${{ a\n}}"), "$__ a\n}}");
        assert_eq!(github("${{ a ${{ b }}"), "$__ a $_______");
        let circle =
            |text| masked_where(Script::verbatim(text, 0), "<<", ">>", |inside| inside.contains('.'));
        assert_eq!(circle("a << p.x >> b").text(), "a $________ b");
        assert_eq!(circle("cat <<EOF >>x\nb\nEOF").text(), "cat <<EOF >>x\nb\nEOF");
    }
}
