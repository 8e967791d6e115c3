//! Hostile policies: each one in `fixtures/hostile/` runs in a process of its own beside healthy policies, and neither
//! ends the run, nor holds it up, nor fills the memory, nor hides what the others find.

#![expect(clippy::disallowed_methods, reason = "tests read their fixtures and watch a process")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a run may take before it counts as hanging.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// The most memory that a run may have held, in KiB.
const MAX_MEMORY: u64 = 96 << 10;

/// A policy that works, beside every hostile one.
const HEALTHY: &str = r#"//! title    = "Files have names"
//! why      = "It finds something in every file."
//! help     = "nothing to do"
//! severity = "warning"

fn file(f, options) {
    finding(f, `a file called ${f.name}`)
}
"#;

/// What each policy is stopped for: the kind of the failure, a part of its message, and the line it names, counted
/// from the line of the function. Where a budget runs out, the function is the place.
const STOPPED: &[(&str, &str, &str, u64)] = &[
    ("array-doubling", "budget", "too large", 0),
    ("array-growth", "budget", "too large", 0),
    ("array-index", "budget", "48 MiB", 0),
    ("array-nested", "budget", "", 0),
    ("blob", "budget", "too large", 0),
    ("call-by-pointer", "budget", "too deeply", 0),
    ("closure", "policy", "not valid", 4),
    ("curry", "policy", "not valid", 2),
    ("division", "script", "Division by zero", 2),
    ("eval", "policy", "not valid", 2),
    ("findings", "budget", "too large", 0),
    ("import", "policy", "not valid", 1),
    ("interpolation", "budget", "too large", 0),
    ("join", "budget", "too large", 3),
    ("json", "script", "maximum complexity", 0),
    ("long-help", "budget", "2000 characters", 3),
    ("long-label", "budget", "2000 characters", 3),
    ("long-message", "budget", "2000 characters", 3),
    ("long-throw", "script", "the policy stopped", 3),
    ("loop", "budget", "2 million operations", 0),
    ("loop-of-counts", "budget", "2 million operations", 0),
    ("loop-of-patterns", "budget", "", 0),
    ("loop-of-tries", "budget", "2 million operations", 0),
    ("map-index", "budget", "48 MiB", 0),
    ("nested-blocks", "policy", "maximum complexity", 1),
    ("nested-source", "policy", "maximum complexity", 1),
    ("overflow", "script", "overflow", 2),
    ("pad", "budget", "too large", 0),
    ("range", "budget", "2 million operations", 0),
    ("recursion", "budget", "too deeply", 0),
    ("recursion-by-map", "budget", "too deeply", 5),
    ("recursion-heavy", "budget", "too deeply", 0),
    ("recursion-mutual", "budget", "too deeply", 0),
    ("sleep", "script", "cannot sleep", 1),
    ("sleep-by-name", "script", "cannot sleep", 1),
    ("slow-operations", "budget", "", 0),
    ("sort", "script", "4000", 4),
    ("text-doubling", "budget", "too large", 0),
    ("timestamp", "script", "timestamp", 1),
    ("timestamp-by-name", "script", "timestamp", 1),
    ("unknown-field", "script", "contents", 1),
];

/// Policies that try something which does nothing.
const HARMLESS: &[&str] = &["exit", "print"];

/// A run that has ended.
struct Ended {
    code: Option<i32>,
    /// The report.
    json: serde_json::Value,
    /// Standard error.
    told: String,
    /// The most memory it held, in KiB, where that can be seen.
    peak: Option<u64>,
}

fn hostile() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/hostile")
}

/// A repository with a finding of a built-in policy, a healthy policy and this hostile one.
fn repository(policy: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let policies = folder.path().join(".policylint/policies");
    fs::create_dir_all(&policies).unwrap();
    fs::write(policies.join("healthy.rhai"), HEALTHY).unwrap();
    let name = format!("{policy}.rhai");
    fs::copy(hostile().join(&name), policies.join(&name)).unwrap();
    fs::write(folder.path().join("uv.lock"), "").unwrap();
    fs::write(folder.path().join("run.sh"), "pip install x\n").unwrap();
    folder
}

/// Runs the program on a repository and watches it.
fn run(folder: &Path, arguments: &[&str]) -> Ended {
    let output = tempfile::tempdir().unwrap();
    let (report, told) = (output.path().join("report"), output.path().join("told"));
    let child = Command::new(env!("CARGO_BIN_EXE_policylint"))
        .args(["--output-format", "json"])
        .args(arguments)
        .arg(folder)
        .env_clear()
        .env("COLUMNS", "100")
        .stdin(Stdio::null())
        .stdout(File::create(&report).unwrap())
        .stderr(File::create(&told).unwrap())
        .spawn()
        .unwrap();
    let (code, peak) = watch(child);
    let text = fs::read_to_string(&report).unwrap();
    let told = fs::read_to_string(&told).unwrap();
    let json = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}\n{told}"));
    Ended { code, json, told, peak }
}

/// Waits for the end of a process, and kills it when that takes too long.
fn watch(mut child: Child) -> (Option<i32>, Option<u64>) {
    let started = Instant::now();
    let mut peak = None;
    loop {
        peak = peak.max(peak_memory(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code(), peak);
        }
        if started.elapsed() > MAX_WAIT {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("the run hangs");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The most memory that a process has held so far, in KiB, where the system tells.
fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// What the healthy policies find, whatever the hostile one does.
fn assert_complete(policy: &str, ended: &Ended) {
    let findings = ended.json["findings"].as_array().unwrap();
    let of = |id: &str| findings.iter().filter(|finding| finding["policy"] == id).count();
    // `run.sh`, `uv.lock` and the two policies.
    assert_eq!(of("healthy"), 4, "{policy}: {}", ended.json);
    assert_eq!(of("uv-only"), 1, "{policy}: {}", ended.json);
    assert_eq!(findings.len(), 5, "{policy} has findings: {}", ended.json);
    if let Some(peak) = ended.peak {
        assert!(peak <= MAX_MEMORY, "{policy} held {peak} KiB");
    }
    assert!(!ended.told.contains("printed by a policy"), "{policy}: {}", ended.told);
    assert!(!ended.told.contains("panicked"), "{policy}: {}", ended.told);
}

/// The line on which the function that judges begins.
fn function_line(policy: &str) -> u64 {
    let text = fs::read_to_string(hostile().join(format!("{policy}.rhai"))).unwrap();
    text.lines().position(|line| line.starts_with("fn ")).unwrap() as u64 + 1
}

fn assert_stopped(policy: &str, kind: &str, part: &str, line: u64) {
    let folder = repository(policy);
    for arguments in [&["-j", "1"][..], &["-j", "2"]] {
        let ended = run(folder.path(), arguments);
        assert_eq!(ended.code, Some(2), "{policy}: {}", ended.json);
        assert_complete(policy, &ended);
        let failures = ended.json["failures"].as_array().unwrap();
        assert_eq!(failures.len(), 1, "{policy}: {}", ended.json);
        let failure = &failures[0];
        assert_eq!(failure["policy"], policy);
        assert_eq!(failure["kind"], kind, "{failure}");
        assert!(failure["message"].as_str().unwrap().contains(part), "{failure}");
        assert!(failure["message"].as_str().unwrap().len() < 2_100, "{policy} is told at length");
        assert_eq!(failure["path"], format!(".policylint/policies/{policy}.rhai"));
        assert_eq!(failure["line"].as_u64(), Some(function_line(policy) + line), "{failure}");
    }
}

#[test]
fn hostile_policies_are_stopped() {
    let next = std::sync::atomic::AtomicUsize::new(0);
    // Two at a time: most of them spin until they are stopped.
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((policy, kind, part, line)) =
                    STOPPED.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    assert_stopped(policy, kind, part, *line);
                }
            });
        }
    });
}

#[test]
fn harmless_policies_do_nothing() {
    for policy in HARMLESS {
        let folder = repository(policy);
        let ended = run(folder.path(), &[]);
        assert_eq!(ended.code, Some(1), "{policy}: {}", ended.json);
        assert_complete(policy, &ended);
        assert_eq!(ended.json["failures"], serde_json::json!([]), "{policy}");
    }
}

#[test]
fn every_hostile_policy_is_run() {
    let mut known: Vec<String> = STOPPED.iter().map(|(policy, ..)| format!("{policy}.rhai")).collect();
    known.extend(HARMLESS.iter().map(|policy| format!("{policy}.rhai")));
    known.sort();
    let entries = fs::read_dir(hostile()).unwrap();
    let mut files: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    assert_eq!(files, known);
}
