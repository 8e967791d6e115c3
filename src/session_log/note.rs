//! Whether a path or a command is about a handoff or a ledger. Judges by names alone.

/// Words in the paths of handoffs and ledgers, in small letters.
const NOTE_WORDS: &[&str] =
    &["handoff", "hand-off", "hand_off", "handover", "continuity_", "/ledgers/", "/ledger/", "ledger.md"];

/// Marks and programs by which a command writes.
const WRITES: &[&str] = &[">", "tee ", "cp ", "mv ", "*** Add File: ", "*** Update File: "];

/// Whether a file at this path is a handoff or a ledger.
pub(super) fn is_note(path: &str) -> bool {
    let path = format!("/{}", path.replace('\\', "/").to_ascii_lowercase());
    let name = path.rsplit('/').next().unwrap_or_default();
    // A program that is about handoffs is none.
    let is_text = [".md", ".markdown", ".yaml", ".yml", ".txt", ".json", ".jsonl"]
        .iter()
        .any(|end| name.ends_with(end));
    (is_text || !name.contains('.')) && NOTE_WORDS.iter().any(|word| path.contains(word))
}

/// The handoff or ledger that a command or a patch writes, if it writes one.
pub(super) fn written_by(command: &str) -> Option<String> {
    if !WRITES.iter().any(|mark| command.contains(mark)) {
        return None;
    }
    let is_border = |c: char| c.is_whitespace() || "\"'`();|&<>".contains(c);
    let is_path = |word: &&str| word.contains(['/', '.']) && is_note(word);
    command.split(is_border).find(is_path).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_told_by_their_paths() {
        for path in [
            "/home/me/p/thoughts/ledgers/CONTINUITY_CLAUDE-auth.md",
            "thoughts/shared/handoffs/x/2026-01-06.yaml",
            "C:\\p\\HANDOFF.md",
        ] {
            assert!(is_note(path), "{path}");
        }
        for path in ["src/handoff.rs", "hooks/create_handoff.ts", "README.md"] {
            assert!(!is_note(path), "{path}");
        }
    }

    #[test]
    fn commands_that_write_notes() {
        let written = |command| written_by(command);
        assert_eq!(written("cat > 'docs/handoff.md' <<EOF\nx\nEOF").as_deref(), Some("docs/handoff.md"));
        assert_eq!(
            written("*** Begin Patch\n*** Add File: thoughts/handoffs/a.md\n+x").as_deref(),
            Some("thoughts/handoffs/a.md")
        );
        assert_eq!(written("cat docs/handoff.md"), None);
        assert_eq!(written("echo handoff > log"), None);
    }
}
