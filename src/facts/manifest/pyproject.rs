//! What a `pyproject.toml` says of a project's name and tools. Reads tables and keys, never versions.

use std::collections::BTreeSet;

use toml::de::{DeTable, DeValue};

/// The name of the project and the tools that work on it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Project {
    /// Its name, where it has one.
    pub(super) name: Option<String>,
    /// The tools, sorted.
    pub(super) tools: BTreeSet<String>,
}

/// Deeper nesting than this is no project file, and the parser would recurse into it.
const DEEPEST: usize = 64;

/// Build backends, by the module that a file names, and the tools they belong to.
const BACKENDS: &[(&str, &str)] = &[
    ("uv_build", "uv"),
    ("setuptools", "setuptools"),
    ("poetry", "poetry"),
    ("pdm", "pdm"),
    ("hatchling", "hatch"),
    ("flit_core", "flit"),
    ("flit", "flit"),
    ("maturin", "maturin"),
    ("scikit_build_core", "scikit-build"),
    ("mesonpy", "meson-python"),
    ("whey", "whey"),
];

/// Plugins and runners that belong to a tool, found among requirements.
const REQUIREMENTS: &[(&str, &str)] = &[("tox-uv", "uv"), ("nox-uv", "uv"), ("uv-build", "uv"), ("uv", "uv")];

/// Reads a `pyproject.toml`, or as much of it as is no TOML.
pub(super) fn read(text: &str) -> Project {
    if is_deep(text) {
        return line_by_line(text);
    }
    match DeTable::parse(text) {
        Ok(table) => from_table(table.get_ref()),
        Err(_) => line_by_line(text),
    }
}

fn is_deep(text: &str) -> bool {
    let mut depth = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST
    })
}

fn from_table(root: &DeTable<'_>) -> Project {
    let mut project = Project::default();
    let tools = table(root, "tool");
    for (name, _) in tools.into_iter().flat_map(|tools| tools.iter()) {
        project.tools.insert(name.get_ref().to_string());
    }
    let name_in = |table: Option<&DeTable<'_>>| text(table?, "name");
    let poetry = tools.and_then(|tools| table(tools, "poetry"));
    project.name = name_in(table(root, "project")).or_else(|| name_in(poetry));
    if let Some(build) = table(root, "build-system") {
        project.tools.extend(text(build, "build-backend").and_then(|backend| backend_tool(&backend)));
        requirements(build.get("requires").map(toml::Spanned::get_ref), &mut project.tools);
    }
    if let Some(groups) = table(root, "dependency-groups") {
        groups.iter().for_each(|(_, group)| requirements(Some(group.get_ref()), &mut project.tools));
    }
    if let Some(extras) = table(root, "project").and_then(|project| table(project, "optional-dependencies")) {
        extras.iter().for_each(|(_, extra)| requirements(Some(extra.get_ref()), &mut project.tools));
    }
    project
}

fn table<'a, 'i>(parent: &'a DeTable<'i>, key: &str) -> Option<&'a DeTable<'i>> {
    match parent.get(key)?.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

fn text(parent: &DeTable<'_>, key: &str) -> Option<String> {
    match parent.get(key)?.get_ref() {
        DeValue::String(text) if !text.is_empty() => Some(text.to_string()),
        _ => None,
    }
}

fn backend_tool(backend: &str) -> Option<String> {
    let module = backend.split(['.', ':']).next().unwrap_or_default();
    BACKENDS.iter().find(|(known, _)| *known == module).map(|(_, tool)| (*tool).to_string())
}

fn requirements(list: Option<&DeValue<'_>>, tools: &mut BTreeSet<String>) {
    let Some(DeValue::Array(list)) = list else { return };
    for item in list.iter() {
        if let DeValue::String(requirement) = item.get_ref() {
            tools.extend(requirement_tool(requirement));
        }
    }
}

fn requirement_tool(requirement: &str) -> Option<String> {
    let end = requirement.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
    let name = requirement[..end.unwrap_or(requirement.len())].to_ascii_lowercase().replace('_', "-");
    REQUIREMENTS.iter().find(|(known, _)| *known == name).map(|(_, tool)| (*tool).to_string())
}

/// Table headers, `build-backend` and `name`, without a parser.
fn line_by_line(text: &str) -> Project {
    let mut project = Project::default();
    let mut section = "";
    for line in text.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_start_matches('[').split(']').next().unwrap_or_default().trim();
            if let Some(tool) = section.strip_prefix("tool.") {
                let tool = tool.split('.').next().unwrap_or_default().trim_matches(['"', '\'', ' ']);
                project.tools.extend((!tool.is_empty()).then(|| tool.to_string()));
            }
        } else if let Some((key, value)) = line.split_once('=') {
            let quote = value.trim().chars().next().filter(|c| matches!(c, '"' | '\''));
            let value = quote.and_then(|quote| value.trim()[1..].split(quote).next()).unwrap_or_default();
            match (section, key.trim()) {
                ("project" | "tool.poetry", "name") if !value.is_empty() => {
                    project.name.get_or_insert_with(|| value.to_string());
                }
                ("build-system", "build-backend") => project.tools.extend(backend_tool(value)),
                _ => {}
            }
        }
    }
    project
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tools(text: &str) -> Vec<String> {
        read(text).tools.into_iter().collect()
    }

    #[test]
    fn tools_come_from_tables_backends_and_requirements() {
        assert_eq!(
            tools("[tool.uv.sources]\n[tool.pytest.ini_options]\n[tool.poetry]\nname='x'"),
            ["poetry", "pytest", "uv"]
        );
        assert_eq!(tools("[build-system]\nbuild-backend = 'uv_build'"), ["uv"]);
        assert_eq!(
            tools("[build-system]\nrequires = ['uv_build>=0.7']\nbuild-backend = 'hatchling.build'"),
            ["hatch", "uv"]
        );
        assert_eq!(tools("[dependency-groups]\ndev = ['tox-uv>=1', {include-group = 'x'}]"), ["uv"]);
        assert_eq!(tools("[project]\nname = 'uvicorn-app'\ndependencies = ['uvicorn']"), [""; 0]);
        assert_eq!(tools("tool = 3"), [""; 0]);
    }

    #[test]
    fn names_and_broken_files() {
        assert_eq!(read("[project]\nname = 'a'\n[tool.poetry]\nname = 'b'").name.as_deref(), Some("a"));
        let broken = read(
            "[project]\nname = \"a\"\n[tool.uv.workspace]\n[tool.\"ruff\".lint]\nselect = [\n<<<<<<< HEAD\n",
        );
        assert_eq!(broken.name.as_deref(), Some("a"));
        assert_eq!(broken.tools.into_iter().collect::<Vec<_>>(), ["ruff", "uv"]);
        assert_eq!(read(&"a=[".repeat(50_000)), Project::default());
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(\\[tool\\.|\\]|name|=|'|\"|\n|\\[project\\]|build-backend|é|\\{|.){0,60}") {
            read(&text);
        }
    }
}
