//! What a run costs, in numbers that do not depend on the clock: files listed and read, facts handed to scripts,
//! script operations. A change that makes a run dearer shows here.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the test makes a repository and reads reports"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// Fifty components, each with a module, its test, a page with a bare `pytest`, and files that no policy wants.
fn repository() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("uv.lock", "");
    for number in 0..50 {
        write(&format!("c{number}/pyproject.toml"), "[project]\nname = \"x\"\n");
        write(&format!("c{number}/src/m{number}/core.py"), "def f():\n    return 1\n");
        write(&format!("c{number}/tests/m{number}/test_core.py"), "def test_f():\n    assert True\n");
        write(&format!("c{number}/README.md"), "```bash\npytest\n```\n");
        write(&format!("c{number}/guide.md"), "```bash\nmake all\n```\n");
        write(&format!("c{number}/data.bin"), "x");
        write(&format!("c{number}/main.c"), "int main;\n");
    }
    root
}

/// The report of a run with these arguments.
fn report(root: &Path, arguments: &[&str]) -> Value {
    let mut program = Command::new(env!("CARGO_BIN_EXE_policylint"));
    program.env_clear().current_dir(root).args(["--output-format", "json"]).args(arguments);
    serde_json::from_slice(&program.output().unwrap().stdout).unwrap()
}

/// Files judged, files read, and for each policy that ran: id, facts, findings.
fn costs(report: &Value) -> (u64, u64, Vec<(String, u64, u64)>) {
    let summary = &report["summary"];
    let ran = report["policies"].as_array().unwrap().iter().filter(|policy| policy["status"] == "ran");
    let counts = ran.map(|policy| {
        let number = |key: &str| policy[key].as_u64().unwrap();
        (policy["id"].as_str().unwrap().to_owned(), number("facts"), number("findings"))
    });
    (summary["files"].as_u64().unwrap(), summary["files_read"].as_u64().unwrap(), counts.collect())
}

#[test]
fn only_what_a_policy_selects_is_read_and_asked() {
    let root = repository();
    // Structure alone reads nothing: every module has its test by its name.
    let structure = report(root.path(), &["--select", "tests-first"]);
    assert_eq!(costs(&structure), (351, 0, vec![("tests-first".to_owned(), 0, 0)]));
    // Pages are read, but only those that name a program that the policy selects give facts; manifests are read for
    // the names of own packages.
    let commands = report(root.path(), &["--select", "uv-only"]);
    assert_eq!(costs(&commands), (351, 150, vec![("uv-only".to_owned(), 50, 50)]));
}

#[test]
fn a_named_file_costs_that_file() {
    let root = repository();
    // Beside the page itself the manifest that lies next to it is read.
    let named = report(root.path(), &["--select", "uv-only", "c7/README.md"]);
    assert_eq!(costs(&named), (1, 2, vec![("uv-only".to_owned(), 1, 1)]));
    assert_eq!(named["summary"]["names"], "arguments");
}

#[test]
fn scripts_take_few_operations() {
    let root = repository();
    let report = report(root.path(), &["--select", "uv-only"]);
    let policy =
        report["policies"].as_array().unwrap().iter().find(|policy| policy["id"] == "uv-only").unwrap();
    let (operations, facts) = (policy["operations"].as_u64().unwrap(), policy["facts"].as_u64().unwrap());
    assert!(operations > 0 && operations / facts < 400, "{operations} operations for {facts} facts");
}
