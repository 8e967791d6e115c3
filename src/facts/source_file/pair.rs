//! A pair of path patterns with captures: where a source lies and where its test. Matches names, never the disk.

/// `src/{path}/{name} -> tests/{path}/test_{name}`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pair {
    source: Side,
    test: Side,
}

/// One side of a pair, without extensions.
#[derive(Debug, PartialEq, Eq)]
struct Side {
    before: Vec<String>,
    middle: Middle,
    after: Vec<String>,
    /// What stands before and behind `{name}`.
    start: String,
    end: String,
    /// The name is a `*`: any name will do.
    is_any: bool,
}

/// What stands for several folders.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Middle {
    Nothing,
    /// `{path}`, the same on both sides.
    Path,
    /// `**`.
    Any,
}

impl Pair {
    /// Reads a pair; nothing where it is none.
    pub(super) fn new(text: &str) -> Option<Self> {
        let (source, test) = text.split_once("->")?;
        let pair = Self { source: Side::new(source.trim())?, test: Side::new(test.trim())? };
        (!pair.source.is_any).then_some(pair)
    }

    /// What a test is about, by its folder and its name without the extension: a name, or `None` for its folder.
    pub(super) fn subject<'n>(&self, folder: &'n str, stem: &'n str) -> Option<Option<&'n str>> {
        self.test.folders(folder)?;
        let inner = stem.strip_prefix(self.test.start.as_str())?.strip_suffix(self.test.end.as_str())?;
        match inner {
            _ if self.test.is_in_named_folder() => Some(folder.rsplit('/').next()),
            _ if self.test.is_any => Some(None),
            "" => None,
            inner => Some(Some(inner)),
        }
    }

    /// Whether the name or the folder of a test differs from that of any source.
    pub(super) fn is_marked(&self) -> bool {
        let Side { before, after, start, end, .. } = &self.test;
        !(before.is_empty() && after.is_empty() && start.is_empty() && end.is_empty())
    }

    /// Whether a test in one folder can be that of a source in another: the captured folders must be the same.
    pub(super) fn joins(&self, source: &str, test: &str) -> bool {
        let (Some(path), Some(other)) = (self.source.folders(source), self.test.folders(test)) else {
            return false;
        };
        self.test.middle != Middle::Path || same_folders(path, other)
    }

    /// The folder, relative to the component, and the name without extension of the test of a source; nothing where
    /// the pair leaves it open.
    pub(super) fn expected(&self, folder: &str, stem: &str) -> Option<(String, String)> {
        let path = self.source.folders(folder)?;
        let name = stem.strip_prefix(self.source.start.as_str())?.strip_suffix(self.source.end.as_str())?;
        if self.test.middle == Middle::Any || self.is_of_folder() {
            return None;
        }
        let middle = if self.test.middle == Middle::Path { path } else { "" };
        let put_name = |part: &String| part.replace("{name}", name);
        let parts = self.test.before.iter().map(put_name).chain([middle.to_owned()]);
        let parts: Vec<_> =
            parts.chain(self.test.after.iter().map(put_name)).filter(|part| !part.is_empty()).collect();
        let file = if self.test.is_any { "" } else { name };
        Some((parts.join("/"), format!("{}{file}{}", self.test.start, self.test.end)))
    }

    /// Whether tests of the pair are about their whole folder.
    pub(super) fn is_of_folder(&self) -> bool {
        self.test.is_any && !self.test.is_in_named_folder()
    }
}

impl Side {
    fn new(text: &str) -> Option<Self> {
        let (folder, file) = text.rsplit_once('/').unwrap_or(("", text));
        let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        let at = parts.iter().position(|part| matches!(*part, "{path}" | "**"));
        let middle = match at.map(|at| parts[at]) {
            None => Middle::Nothing,
            Some("**") => Middle::Any,
            Some(_) => Middle::Path,
        };
        let owned = |parts: &[&str]| parts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (before, after) = match at {
            Some(at) => (owned(&parts[..at]), owned(&parts[at + 1..])),
            None => (owned(&parts), Vec::new()),
        };
        let is_any = !file.contains("{name}");
        let (start, end) = file.split_once("{name}").or_else(|| file.split_once('*')).unwrap_or(("", file));
        let (start, end) = (start.to_owned(), end.to_owned());
        Some(Self { before, middle, after, start, end, is_any })
            .filter(|side| !side.before.iter().any(|part| part.contains("{path}")))
    }

    /// Whether the folder of the test carries the name, not its file.
    fn is_in_named_folder(&self) -> bool {
        self.after.iter().any(|part| part.contains("{name}"))
    }

    /// The folders that `{path}` or `**` stands for, of a folder that fits.
    fn folders<'p>(&self, folder: &'p str) -> Option<&'p str> {
        let mut rest = folder;
        for part in &self.before {
            let (first, tail) = rest.split_once('/').unwrap_or((rest, ""));
            if first != part {
                return None;
            }
            rest = tail;
        }
        for part in self.after.iter().rev() {
            let (head, last) = rest.rsplit_once('/').unwrap_or(("", rest));
            if last.is_empty() || (part != last && !part.contains("{name}")) {
                return None;
            }
            rest = head;
        }
        (self.middle != Middle::Nothing || rest.is_empty()).then_some(rest)
    }
}

/// Whether folders are the same but for case: `App/Http` is tested in `app/http`.
fn same_folders(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(text: &str) -> Pair {
        Pair::new(text).expect("it is a pair")
    }

    #[test]
    fn captures_are_the_same_on_both_sides() {
        let mirror = pair("src/{path}/{name} -> tests/{path}/{name}.test");
        assert_eq!(mirror.subject("tests/a/b", "x.test"), Some(Some("x")));
        assert_eq!(mirror.subject("test/a/b", "x.test"), None);
        assert!(mirror.joins("src/a/b", "tests/a/b") && mirror.joins("src", "tests"));
        assert!(!mirror.joins("src/a/b", "tests/a") && !mirror.joins("lib/a", "tests/a"));
        assert_eq!(mirror.expected("src/a", "x"), Some(("tests/a".into(), "x.test".into())));
        let beside = pair("{path}/{name} -> {path}/__tests__/{name}");
        assert!(beside.joins("a/b", "a/b/__tests__") && !beside.joins("a/b", "a/__tests__"));
        let anywhere = pair("{path}/{name} -> test/**/test_{name}");
        assert!(anywhere.joins("a", "test/x/y") && anywhere.joins("a", "test") && !anywhere.joins("a", "b"));
        assert_eq!(anywhere.expected("a", "x"), None);
    }

    #[test]
    fn a_test_may_be_about_its_folder() {
        let package = pair("{path}/{name} -> {path}/*_test");
        assert_eq!(package.subject("a", "x_test"), Some(None));
        assert!(package.is_of_folder());
        assert_eq!(Pair::new("no pair"), None);
        assert_eq!(Pair::new("a/*.x -> b/{name}"), None);
    }
}
