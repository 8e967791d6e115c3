//! `--trust-base`: a change is judged by the rules that were there before it.

use crate::made::Made;

const DOC: &str = "```sh\npip install x\n```\n";
const POLICY: &str = "//! title = \"x\"\n//! why = \"x\"\n//! help = \"x\"\n//! severity = \"error\"\n//!\n\
                      //! [select.file]\n//! stem = \"todo\"\n\nfn file(f, options) { finding(f, \"called todo\") }\n";

fn made() -> Made {
    let made = Made::new();
    made.write("uv.lock", "version = 1\n").write("pyproject.toml", "[project]\nname = \"root\"\n");
    made.write("policylint.toml", "[policies.uv-only]\nseverity = \"error\"\n");
    made.write(".policylint/policies/no-todo.rhai", POLICY).commit("rules");
    made.git(&["checkout", "--quiet", "-b", "topic"]);
    made.write("a.md", DOC).write("todo.md", "x\n");
    made
}

#[test]
fn a_change_cannot_excuse_itself() {
    let made = made();
    // All the ways out: a severity, an exclude, a policy that is gone or asks for nothing, a configuration before it.
    made.write("policylint.toml", "exclude = [\"a.md\"]\n[policies.uv-only]\nseverity = \"off\"\n");
    made.write("pyproject.toml", "[project]\nname = \"renamed\"\n");
    made.remove(".policylint/policies/no-todo.rhai").write(".policylint/policies/more.rhai", POLICY);
    made.commit("excuses");
    let select = ["--select", "uv-only,no-todo"];
    for source in [&["--since", "main"][..], &[], &["--rev", "topic"], &["--rev", "topic", "--since", "main"]]
    {
        let ended = made.run(&[source, &select[..], &["--trust-base", "main"]].concat());
        let paths: Vec<_> = ended.out.lines().filter_map(|line| line.split(':').next()).collect();
        assert_eq!((ended.code, paths), (1, vec!["a.md", "todo.md"]), "{source:?}: {ended:?}");
        let told =
            "not trusted: .policylint/policies/more.rhai, .policylint/policies/no-todo.rhai, policylint.toml";
        assert!(ended.err.contains(told), "{}", ended.err);
    }
    let ended = made.run(&["--since", "main", "--trust-base", "main", "--output-format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(report["summary"]["overruled"].as_array().unwrap().len(), 3);
    assert_eq!(report["summary"]["trusted"], made.git(&["rev-parse", "main"]));
}

/// A baseline, an entry of the configuration or a comment that the change itself brings excuses nothing; those that were
/// there before do, and a comment only where it was.
#[test]
fn what_is_known_is_what_was_known_before() {
    let made = Made::new();
    let known = "pip install old # policylint: ignore[uv-only] reason=\"agreed\"\n";
    made.write("uv.lock", "version = 1\n").write("old.sh", known).write("listed.sh", "pip install listed\n");
    assert_eq!(made.run(&["baseline"]).code, 0);
    made.commit("known");
    made.git(&["checkout", "--quiet", "-b", "topic"]);
    let excuse = "# policylint: ignore[uv-only] reason=\"because\"\npip install new\n";
    made.write("new.sh", excuse);
    made.write("old.sh", known.replace("old", "other")).write("more.sh", "pip install more\n");
    made.write("policylint.toml", "[[suppress]]\npolicy = \"uv-only\"\npath = \"more.sh\"\nreason = \"x\"\n");
    let excused = made.run(&["--select", "uv-only,suppressions"]);
    assert_eq!((excused.code, &*excused.out), (0, ""), "{excused:?}");
    let ended = made.run(&["--select", "uv-only,suppressions", "--trust-base", "main"]);
    let places: Vec<_> = ended.out.lines().filter_map(|line| line.split(": ").next()).collect();
    let expected = ["more.sh:1:1", "new.sh:1:1", "new.sh:2:1", "old.sh:1:1", "old.sh:1:19"];
    assert_eq!((ended.code, places), (1, expected.to_vec()), "{ended:?}");
    assert!(ended.out.contains("is not so in the revision that is trusted"), "{}", ended.out);
}

#[test]
fn rules_that_are_the_same_are_not_talked_about() {
    let made = made();
    let ended = made.run(&["--since", "main", "--trust-base", "main"]);
    assert!(ended.code == 1 && !ended.err.contains("not trusted"), "{ended:?}");
    let alone = made.run(&["--since", "main"]);
    assert_eq!(ended.out, alone.out);
    // A manifest counts once it configures policylint.
    made.write("pyproject.toml", "[tool.policylint]\nignore = [\"uv-only\"]\n");
    let ended = made.run(&["--trust-base", "main"]);
    assert!(ended.err.contains("not trusted: pyproject.toml"), "{ended:?}");
    let ended = made.run(&["--trust-base", "absent"]);
    assert!(ended.code == 2 && ended.err.contains("there is no revision `absent`"), "{ended:?}");
}
