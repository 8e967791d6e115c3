//! The normalised name of a program: the last part of its path, without versions and endings that do not matter.

/// The endings of programs on Windows.
const ENDINGS: [&str; 4] = [".exe", ".cmd", ".bat", ".ps1"];

/// The name of the program that this word runs.
pub(super) fn name(written: &str) -> &str {
    let is_plain = |byte: u8| !matches!(byte, b'/' | b'\\' | b':' | b'.');
    if written.bytes().all(is_plain) {
        return normal(written);
    }
    if is_address(written) || written.ends_with(['/', '\\']) {
        return written;
    }
    let mut base = written.rsplit('/').next().unwrap_or(written);
    if is_windows_path(base) {
        base = base.rsplit('\\').next().unwrap_or(base);
    }
    if let Some(ending) = ENDINGS.iter().find(|ending| ends_with_ignoring_case(base, ending)) {
        let is_windows = written.contains('\\') || *ending == ".exe";
        let stem = &base[..base.len() - ending.len()];
        if is_windows && !stem.is_empty() {
            base = stem;
        }
    }
    normal(base)
}

fn is_address(written: &str) -> bool {
    written.find(':').is_some_and(|colon| written[colon..].starts_with("://"))
}

/// Whether a word as written is a path of Windows, in which a backslash escapes nothing.
pub(super) fn is_windows_path(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    if !raw.contains('\\') {
        return false;
    }
    let has_drive = matches!(bytes, [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic());
    let is_relative = [".\\", "..\\", "~\\", "$env:"].iter().any(|start| raw.starts_with(start));
    let is_parted = bytes.windows(2).any(|pair| pair[0].is_ascii_alphanumeric() && pair[1] == b'\\');
    has_drive
        || (is_relative && bytes.last().is_some_and(u8::is_ascii_alphanumeric))
        || (is_parted && ENDINGS.iter().any(|ending| ends_with_ignoring_case(raw, ending)))
        || raw.contains("\\Scripts\\")
}

/// Whether the name at the end of this path is settled although the path holds an expansion: `$VENV/bin/python`.
pub(super) fn has_settled_name(written: &str) -> bool {
    let tail = written.rsplit(['/', '\\']).next().unwrap_or_default();
    tail.len() < written.len() && !tail.is_empty() && !tail.contains(['$', '`', '}', ')', '*', '"'])
}

fn ends_with_ignoring_case(text: &str, ending: &str) -> bool {
    text.len() >= ending.len()
        && text.as_bytes()[text.len() - ending.len()..].eq_ignore_ascii_case(ending.as_bytes())
}

/// `python` for `python3.12` and `py`, `pip` for `pip3`.
fn normal(base: &str) -> &str {
    let is_version = |rest: &str| rest.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit());
    if base == "py" {
        return "python";
    }
    if let Some(rest) = base.strip_prefix("python")
        && is_version(rest.strip_suffix('t').filter(|rest| !rest.is_empty()).unwrap_or(rest))
    {
        return "python";
    }
    match base.strip_prefix("pip") {
        Some(rest) if is_version(rest) => "pip",
        _ => base,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalised() {
        for (written, expected) in [
            ("/usr/bin/python3.12", "python"),
            ("python3.13t", "python"),
            ("pythont", "pythont"),
            ("python-config", "python-config"),
            (".venv/bin/pip3.11", "pip"),
            ("pip-compile", "pip-compile"),
            ("pipx", "pipx"),
            ("py", "python"),
            (".\\.venv\\Scripts\\python.exe", "python"),
            ("C:\\x\\Pip.CMD", "Pip"),
            ("python.exe", "python"),
            ("build.bat", "build.bat"),
            ("https://pypi.org/project/pip", "https://pypi.org/project/pip"),
            ("docs/python/", "docs/python/"),
            ("é.exe", "é"),
            ("", ""),
        ] {
            assert_eq!(name(written), expected, "{written}");
        }
    }

    #[test]
    fn windows_paths_are_told_from_escapes() {
        assert!(
            is_windows_path(".\\venv\\x")
                && is_windows_path("venv\\Scripts\\activate")
                && is_windows_path("C:\\a")
        );
        assert!(
            !is_windows_path("a\\ b")
                && !is_windows_path("\\pip")
                && !is_windows_path("./a")
                && !is_windows_path(".\\")
        );
    }
}
