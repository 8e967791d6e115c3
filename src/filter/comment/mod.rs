//! The comments of a text in any of the languages that a repository holds. Tolerant: a text that is malformed has
//! fewer comments, and what stands in a string is none. Knows nothing of what a comment says.

use std::ops::Range;

use crate::source::{RepoPath, SourceFile, Span};

mod markdown;
mod scan;
mod syntax;

pub use syntax::Wrap;

/// A comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Comment {
    /// All of it, with its marks.
    pub span: Span,
    /// What stands between the marks.
    pub inner: Span,
}

/// What is known of the comments of a file.
#[derive(Debug, Default)]
pub struct Comments {
    /// The comments, in their order.
    pub comments: Vec<Comment>,
    /// The listings of a document, each as a whole with its fences.
    pub listings: Vec<Range<usize>>,
}

/// The comments of a file; none where its language is not known, or has none.
#[must_use]
pub fn comments(file: &SourceFile) -> Comments {
    let mut found = Comments::default();
    if markdown::is_markdown(&file.path) {
        markdown::read(file, &mut found);
    } else {
        let language = syntax::of_file(&file.path, &file.text);
        scan::scan(&file.text, 0..file.text.len(), &language, &mut found.comments);
    }
    found.comments.sort_unstable();
    found.comments.dedup();
    found
}

/// How a comment is written in a file; nothing where it has none.
#[must_use]
pub fn wrap_of(path: &RepoPath, text: &str) -> Option<Wrap> {
    if markdown::is_markdown(path) {
        let is_mdx = path.extension() == "mdx";
        return Some(if is_mdx {
            Wrap { open: "{/*", close: "*/}" }
        } else {
            Wrap { open: "<!--", close: "-->" }
        });
    }
    syntax::wrap(&syntax::of_file(path, text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn inner(path: &str, text: &str) -> Vec<String> {
        let file = SourceFile::new(RepoPath::new(path), text);
        comments(&file).comments.iter().map(|one| file.slice(one.inner).trim().to_owned()).collect()
    }

    #[test]
    fn comments_are_told_from_strings() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("a.py", "x = '#no' # yes\ny = \"\"\"\n# no\n\"\"\"\nz = 'don\\'t # no'  # b", &["yes", "b"]),
            (
                "a.sh",
                "echo '# no\n# no' # yes\ncat <<EOF\n# no, don't\nEOF\necho a#no don\\'t # b",
                &["yes", "b"],
            ),
            ("a.yaml", "a: don't # yes\nb: '# no' # b\nc: x#no", &["yes", "b"]),
            ("a.toml", "a = '''\n# no\n'''\nb = \"# no\" # yes", &["yes"]),
            ("a.js", "let a = '// no', b = `\n// no`; // yes\n/* b */ x('http://no')", &["yes", "b"]),
            (
                "a.rs",
                "let a = '\"'; // yes\nlet b = r#\"\n// no \" // no\"#; /* b */ fn f<'a>() {} // c",
                &["yes", "b", "c"],
            ),
            ("a.go", "a := `// no` // yes\nr := '\"' // b", &["yes", "b"]),
            ("a.sql", "select '-- no' -- yes\n/* b */", &["yes", "b"]),
            ("a.lua", "x = '-- no' --[[ b\nc ]] -- yes", &["b\nc", "yes"]),
            ("a.ini", "a = b;no\n; yes\n# b", &["yes", "b"]),
            ("a.bat", "echo rem no\r\nREM yes\r\n:: b\r\n", &["yes", "b"]),
            ("a.el", "(f \"; no\") ; yes", &["yes"]),
            ("a.yaml.j2", "a: 1 {# yes #}\n# b", &["yes", "b"]),
            ("a.tmpl", "{{/* yes */}} {{- /* b */ -}}", &["yes", "b"]),
            ("a.html", "<!-- yes --><p>// no</p>", &["yes"]),
            ("Dockerfile", "# yes\nRUN a # b\n", &["yes", "b"]),
            ("Makefile", "a:\n\t# yes\n\tx # b\n", &["yes", "b"]),
            ("run", "#!/usr/bin/env node\n// yes", &["yes"]),
            ("a.rst", ".. yes\n.. note:: no\n", &["yes"]),
            ("a.json", "// no\n# no", &[]),
            ("a.txt", "# no", &[]),
        ];
        for (path, text, expected) in cases {
            let found = inner(path, text);
            let found: Vec<&str> = found
                .iter()
                .map(String::as_str)
                .filter(|one| !one.starts_with('!') && !one.starts_with("/usr"))
                .collect();
            assert_eq!(found, *expected, "{path}: {text}");
        }
    }

    #[test]
    fn markdown_has_comments_of_its_own_and_of_its_listings() {
        let text = "---\na: 1 # front\n---\ntext <!-- in --> `<!-- no -->`\n\n<!-- own\nlines -->\n\n```sh\nx # sh\n```\n\n```\n# no\n```\n\n```md\n<!-- no -->\n```\n\n    <!-- no -->\n\n> ```py\n> # quoted\n> ```\n";
        assert_eq!(inner("a.md", text), ["front", "in", "own\nlines", "sh", "quoted"]);
        assert_eq!(inner("a.mdx", "x {/* yes */}\n\n`{/* no */}`\n"), ["yes"]);
    }

    proptest! {
        #[test]
        fn any_text_has_comments_within_it(
            name in "a\\.(md|mdx|py|sh|yaml|rs|js|lua|j2|tmpl|html|bat|rst|ini|sql)",
            text in "(#|//|/\\*|\\*/|<!--|-->|\\{#|#\\}|\\{\\{|\\}\\}|--|\\[\\[|\\]\\]|'|\"|`|\\\\|<<E|E|r#|```|\n|\r| |é|x|REM |;){0,40}",
        ) {
            let file = SourceFile::new(RepoPath::new(&name), text.as_str());
            let found = comments(&file);
            let mut end = 0;
            for comment in found.comments {
                prop_assert!(comment.span.start <= comment.inner.start && comment.inner.end <= comment.span.end);
                prop_assert!(text.get(comment.inner.range()).is_some() && text.get(comment.span.range()).is_some());
                prop_assert!(comment.span.start >= end || name.contains("md"));
                end = comment.span.end;
            }
        }
    }
}
