//! The `manifest` kind: files that make a folder a component of its own in some ecosystem. Resolves no dependency.

use super::{Fact, Field, Interest, Kind, Literals, Source, TextSource, Type, Value};
use crate::source::{Place, RepoPath, SourceFile};

mod pyproject;

/// A file that makes its folder a component.
pub(super) static KIND: Kind = Kind {
    name: "manifest",
    doc: "A file that makes its folder a component: `pyproject.toml`, `package.json`, `Cargo.toml` and their like",
    fields: &[
        Field { name: "name", ty: Type::Text, doc: "The name of the file" },
        Field { name: "folder", ty: Type::Text, doc: "The folder it lies in; empty for the root" },
        Field {
            name: "ecosystem",
            ty: Type::Text,
            doc: "`dart`, `dotnet`, `elixir`, `go`, `jvm`, `node`, `php`, `python`, `ruby` or `rust`",
        },
        Field {
            name: "project",
            ty: Type::Text,
            doc: "The project's name in a `pyproject.toml` or `package.json`; absent if it has none",
        },
        Field {
            name: "package",
            ty: Type::Text,
            doc: "The name of a Python project as packages are named, in lower case and with `-` between its words; absent if it has none",
        },
        Field {
            name: "tools",
            ty: Type::List,
            doc: "The tools that the file names by a `[tool.…]` table, a build backend or its own name; sorted",
        },
    ],
    source: Source::Text(TextSource {
        wants,
        literals: |_| Literals::Any,
        extract: |file, _, facts| rows(file, facts),
    }),
};

/// Manifests by name: ecosystem and the tool that the name alone tells.
const NAMES: &[(&str, &str, Option<&str>)] = &[
    ("pyproject.toml", "python", None),
    ("setup.py", "python", Some("setuptools")),
    ("setup.cfg", "python", Some("setuptools")),
    ("Pipfile", "python", Some("pipenv")),
    ("uv.toml", "python", Some("uv")),
    ("package.json", "node", None),
    ("Cargo.toml", "rust", Some("cargo")),
    ("go.mod", "go", Some("go")),
    ("pom.xml", "jvm", Some("maven")),
    ("build.gradle", "jvm", Some("gradle")),
    ("build.gradle.kts", "jvm", Some("gradle")),
    ("Gemfile", "ruby", Some("bundler")),
    ("composer.json", "php", Some("composer")),
    ("mix.exs", "elixir", Some("mix")),
    ("pubspec.yaml", "dart", Some("pub")),
];

fn known(path: &RepoPath) -> Option<(&'static str, Option<&'static str>)> {
    let name = path.name();
    if let Some(&(_, ecosystem, tool)) = NAMES.iter().find(|(known, _, _)| *known == name) {
        return Some((ecosystem, tool));
    }
    match path.extension() {
        // `requirements-dev.txt`, `requirements_dev.txt`, `requirements.txt`.
        "txt" if name.starts_with("requirements") => Some(("python", Some("pip"))),
        "csproj" => Some(("dotnet", Some("dotnet"))),
        _ => None,
    }
}

fn wants(path: &RepoPath) -> Interest {
    if known(path).is_some() { Interest::Yes } else { Interest::No }
}

fn rows(file: &SourceFile, facts: &mut Vec<Fact>) {
    let Some((ecosystem, tool)) = known(&file.path) else { return };
    let mut project = match file.path.name() {
        "pyproject.toml" => pyproject::read(&file.text),
        "package.json" => pyproject::Project { name: package_name(&file.text), ..Default::default() },
        _ => pyproject::Project::default(),
    };
    project.tools.extend(tool.map(ToString::to_string));
    let values = vec![
        Value::text(file.path.name()),
        Value::text(file.path.parent()),
        Value::text(ecosystem),
        Value::maybe(project.name.as_deref()),
        Value::maybe(project.name.filter(|_| ecosystem == "python").map(|name| super::package_name(&name))),
        Value::list(project.tools),
    ];
    facts.push(Fact::new(&KIND, Place::whole(file.path.clone()), file.path.as_str(), values));
}

/// The value of the key `name` at the top of a JSON object. Escapes are left as written: no package has them.
fn package_name(text: &str) -> Option<String> {
    let mut depth = 0_usize;
    let mut rest = text;
    let mut key: Option<&str> = None;
    while let Some(at) = rest.find(['{', '[', '}', ']', '"', ',']) {
        let mark = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        match mark {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => key = None,
            _ => {
                let end = string_end(rest)?;
                let string = &rest[..end];
                rest = &rest[end + 1..];
                if depth == 1 && key == Some("name") {
                    return (!string.is_empty()).then(|| string.to_string());
                }
                key = (depth == 1 && key.is_none()).then_some(string);
            }
        }
    }
    None
}

/// Where a JSON string ends whose opening quote has been read.
fn string_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(path: &str, text: &str) -> Vec<Value> {
        let mut facts = Vec::new();
        rows(&SourceFile::new(RepoPath::new(path), text), &mut facts);
        facts.pop().map(|fact| fact.values.to_vec()).unwrap_or_default()
    }

    #[test]
    fn a_manifest_tells_its_folder_and_ecosystem() {
        let values = row("a/b/pyproject.toml", "[project]\nname = 'X_y'\n[tool.uv]\n");
        let expected = ["pyproject.toml", "a/b", "python", "X_y", "x-y"].map(Value::text);
        assert_eq!((&values[..5], &values[5]), (&expected[..], &Value::list(["uv"])));
        assert_eq!(row("requirements-dev.txt", "")[2], Value::text("python"));
        assert_eq!(row("App.csproj", "")[2], Value::text("dotnet"));
        assert_eq!(row("docs/requirements.md", ""), []);
        assert_eq!(wants(&RepoPath::new("uv.lock")), Interest::No);
    }

    #[test]
    fn packages_have_names() {
        let name = |text| package_name(text);
        assert_eq!(
            name(r#"{"author": {"name": "a"}, "x": ["name", "b"], "name": "@c/d"}"#).as_deref(),
            Some("@c/d")
        );
        assert_eq!(name(r#"{"x": "name", "y": "\"", "name": ""}"#), None);
        assert_eq!(name(r#"{"name": 3, "other": "x"}"#), None);
        assert_eq!(name("{\"name\": \"unfinished"), None);
    }

    proptest! {
        #[test]
        fn any_package_is_read(text in "(\\{|\\}|\\[|\\]|\"|name|:|,|\\\\|é){0,60}") {
            row("package.json", &text);
        }
    }
}
