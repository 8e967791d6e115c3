//! Makefiles: the recipes, with the variables that the file itself sets put in. Never runs a function of make, and
//! expands no further than a bounded length.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::block::{Block, Document, Judgement, Mark, Role};
use super::make_syntax::{assignment, defined, is_directive, is_head, name_of, reference_end, run_names};
use super::programs;
use crate::facts::Interest;
use crate::shell::Script;
use crate::source::RepoPath;

/// How many variables deep a value is looked up.
const MAX_DEPTH: usize = 8;

/// The longest value that is put in, and how much is put in for one file, in bytes.
const MAX_VALUE: usize = 4096;
const MAX_EXPANSION: usize = 1 << 18;

pub(super) fn wants(path: &RepoPath) -> Interest {
    let is_makefile = matches!(path.name(), "Makefile" | "makefile" | "GNUmakefile")
        || path.name().starts_with("Makefile.") && path.extension() != "am" && path.extension() != "in"
        || matches!(path.extension(), "mk" | "mak" | "make");
    if is_makefile { Interest::Yes } else { Interest::No }
}

/// A variable that the file sets.
#[derive(Debug)]
struct Variable {
    value: String,
    /// The bytes of the value in the document, without the blanks around it.
    start: usize,
    end: usize,
}

#[derive(Debug)]
struct Makefile<'a> {
    document: Document<'a>,
    variables: BTreeMap<&'a str, Variable>,
    /// The variables that stand where a recipe names its program.
    heads: BTreeSet<String>,
    /// The lines of each `define`, until something is found to run them.
    defines: BTreeMap<&'a str, Vec<(usize, usize)>>,
    /// The variables whose text is run and has not been read.
    called: BTreeSet<&'a str>,
    budget: usize,
    blocks: Vec<Block>,
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let mut makefile = Makefile {
        document,
        variables: BTreeMap::new(),
        heads: BTreeSet::new(),
        defines: BTreeMap::new(),
        called: BTreeSet::new(),
        budget: MAX_EXPANSION,
        blocks: Vec::new(),
    };
    let lines = logical_lines(document);
    for &(start, end) in &lines {
        makefile.read_assignment(start, end);
    }
    // Recipes are read by the shell that the file names, which may be no shell.
    if makefile.variables.get("SHELL").is_some_and(|shell| is_foreign(&shell.value)) {
        return Vec::new();
    }
    makefile.read_recipes(&lines);
    makefile.read_defines();
    makefile.report_heads();
    makefile.blocks
}

/// Whether a program that is to read recipes is none of the shells.
fn is_foreign(shell: &str) -> bool {
    let mut words = shell.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    !shell.is_empty()
        && words.all(|word| !word.contains("sh") && !word.contains(['$', '(']) && word != "cmd.exe")
}

/// The lines of the file, those that a backslash joins taken as one: byte ranges without the last line end.
fn logical_lines(document: Document<'_>) -> Vec<(usize, usize)> {
    let mut lines: Vec<(usize, usize)> = Vec::new();
    let mut goes_on = false;
    for (start, line) in document.lines() {
        let end = start + line.len();
        match lines.last_mut() {
            Some(last) if goes_on => last.1 = end,
            _ => lines.push((start, end)),
        }
        goes_on = line.ends_with('\\');
    }
    lines
}

impl<'a> Makefile<'a> {
    fn read_assignment(&mut self, start: usize, end: usize) {
        let text = self.document.text();
        let line = &text[start..end];
        let Some((name, value_at)) = assignment(line) else { return };
        let raw = &line[value_at..];
        let value = raw.split(" #").next().unwrap_or(raw).trim();
        let from = start + value_at + (raw.len() - raw.trim_start().len());
        if value.len() <= MAX_VALUE {
            let variable =
                Variable { value: value.replace("\\\n", " "), start: from, end: from + value.len() };
            self.variables.insert(name, variable);
        }
    }

    fn read_recipes(&mut self, lines: &[(usize, usize)]) {
        let text = self.document.text();
        let mut target = None;
        let mut define = None;
        for &(start, end) in lines {
            let line = &text[start..end];
            let word = line.split_whitespace().next().unwrap_or_default();
            if let Some(name) = define.filter(|_| word != "endef") {
                self.defines.entry(name).or_default().push((start, end));
                continue;
            }
            match word {
                "endef" => (define, target) = (None, None),
                _ if target.is_some() && line.starts_with('\t') => self.recipe(start, end, target),
                _ if defined(line).is_some() => define = defined(line),
                _ if word.is_empty() || word.starts_with('#') || is_directive(word) => {}
                _ if assignment(line).is_some() => self.shell_calls(start, end),
                _ => {
                    self.called.extend(run_names(line));
                    target = self.rule(start, end).or(target);
                }
            }
        }
    }

    /// The texts between `define` and `endef` that something runs; others are text, such as help.
    fn read_defines(&mut self) {
        while let Some(name) = self.called.pop_first() {
            for (start, end) in self.defines.remove(name).unwrap_or_default() {
                self.recipe(start, end, Some(name));
            }
        }
    }

    /// The first target of a rule; a command behind `;` is read at once.
    fn rule(&mut self, start: usize, end: usize) -> Option<&'a str> {
        let line = &self.document.text()[start..end];
        let colon = line.find(':')?;
        let target = line[..colon].split_whitespace().next()?;
        if let Some(semicolon) = line[colon..].find(';') {
            self.recipe(start + colon + semicolon + 1, end, Some(target));
        }
        Some(target)
    }

    /// One recipe line, which make gives to a shell of its own.
    fn recipe(&mut self, start: usize, end: usize, target: Option<&str>) {
        let body = &self.document.text()[start..end];
        let prefix = body.len() - body.trim_start_matches(['\t', ' ', '@', '-', '+']).len();
        self.called.extend(run_names(&body[prefix..]));
        let mut block = Block::new(Script::default(), Judgement::new(Role::Executed, "recipe"));
        self.expand(start + prefix, end, &mut block);
        block.script.push("\n", self.document.script.host_offset(end));
        self.blocks.push(block.under(target.map(str::to_owned)));
    }

    /// The commands of `$(shell …)` in a line that is no recipe.
    fn shell_calls(&mut self, start: usize, end: usize) {
        let text = self.document.text();
        let mut at = start;
        while let Some(found) = text[at..end].find("$(shell ") {
            let open = at + found;
            let close = reference_end(&text[open..end]).map_or(end, |length| open + length - 1);
            let mut block =
                Block::new(Script::default(), Judgement::new(Role::Executed, "shell function of make"));
            self.expand(open + "$(shell ".len(), close, &mut block);
            self.blocks.push(block);
            at = close.max(open + 1);
        }
    }

    /// Appends a range of the file to a block with its variables put in.
    fn expand(&mut self, start: usize, end: usize, block: &mut Block) {
        let (document, text) = (self.document, self.document.text());
        let mut at = start;
        while let Some(found) = text[at..end].find('$') {
            let dollar = at + found;
            document.copy(at, dollar, &mut block.script);
            let rest = &text[dollar..end];
            if rest.starts_with("$$") {
                document.copy(dollar + 1, dollar + 2, &mut block.script);
                at = dollar + 2;
                continue;
            }
            // What never closes is taken to the end, or every `$(` of a long line would be searched anew.
            let length = reference_end(rest).unwrap_or(rest.len());
            at = dollar + length;
            self.reference(dollar, &rest[..length], block);
        }
        document.copy(at, end, &mut block.script);
    }

    /// Appends one `$(NAME)`: its value, or a shell variable that nobody sets where the file does not tell.
    fn reference(&mut self, dollar: usize, reference: &str, block: &mut Block) {
        let host = self.document.script.host_offset(dollar);
        let Some(value) = name_of(reference).and_then(|name| self.value(name, 0)) else {
            block.script.push("$", host);
            block.script.push(&"_".repeat(reference.len().saturating_sub(1)), host + 1);
            return;
        };
        if is_head(block.script.text()) {
            self.heads.extend(name_of(reference).map(str::to_owned));
            let evidence = format!("recipe, through `{reference}`");
            let marks = Arc::make_mut(&mut block.marks);
            marks.push(Mark { from: host, judgement: Some(Judgement::new(Role::Executed, evidence)) });
            marks.push(Mark { from: host + reference.len(), judgement: None });
        }
        // Every byte of the value stands at the reference, the last one at its end, so a span covers all of it.
        let last = value.char_indices().next_back().map_or(0, |(at, _)| at);
        for (at, character) in value.char_indices() {
            let place = if at == last && at > 0 { host + reference.len() - 1 } else { host };
            block.script.push(character.encode_utf8(&mut [0; 4]), place);
        }
    }

    /// The value of a variable with the variables in it put in.
    fn value(&mut self, name: &str, depth: usize) -> Option<String> {
        if name == "MAKE" {
            return Some("make".to_owned());
        }
        if self.budget == 0 {
            return None;
        }
        let raw = self.variables.get(name)?.value.clone();
        let mut value = String::new();
        let mut at = 0;
        while let Some(found) = raw[at..].find('$') {
            let dollar = at + found;
            value.push_str(&raw[at..dollar]);
            let rest = &raw[dollar..];
            if rest.starts_with("$$") {
                value.push('$');
                at = dollar + 2;
                continue;
            }
            let length = reference_end(rest).unwrap_or(rest.len());
            let inner = name_of(&rest[..length]).filter(|_| depth < MAX_DEPTH);
            match inner.and_then(|inner| self.value(inner, depth + 1)) {
                Some(inner) => value.push_str(&inner),
                None => value.push_str("$__"),
            }
            at = dollar + length;
            if value.len() > MAX_VALUE {
                self.budget = self.budget.saturating_sub(value.len());
                return None;
            }
        }
        value.push_str(&raw[at..]);
        self.budget = self.budget.saturating_sub(value.len() + 1);
        Some(value)
    }

    /// The variables that hold a whole command and stand where recipes name a program: the command is also reported
    /// where it is written, which is where it can be changed.
    fn report_heads(&mut self) {
        for name in std::mem::take(&mut self.heads) {
            let Some(variable) = self.variables.get(name.as_str()) else { continue };
            let (start, end) = (variable.start, variable.end);
            let value = self.value(&name, 0).unwrap_or_default();
            let is_command =
                value.contains(char::is_whitespace) && programs::is_known(programs::first_word(&value));
            if is_command && self.document.text()[start..end].contains(char::is_whitespace) {
                let evidence = format!("run by recipes as `$({name})`");
                let mut block =
                    Block::new(Script::default(), Judgement::new(Role::Executed, evidence)).under(Some(name));
                self.expand(start, end, &mut block);
                block.marks = Arc::default();
                self.blocks.push(block);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::command::check;

    #[test]
    fn recipes_and_variables() {
        let text = "UV ?= uv\nPY := $(UV) run python\nBARE = python3\nall: dep; pip list\n\t@-$(PY) a.py && \\\n\
                    \t  pytest\n\t$(BARE) -m build $$X\nclean:\n\t# pip install x\n\techo pip install\n";
        assert_eq!(
            check("Makefile", text),
            [
                "2 python executed",
                "4 pip executed",
                "5 python executed",
                "6 pytest executed",
                "7 python executed",
                "10 echo executed"
            ]
        );
    }

    #[test]
    fn commands_in_variables_are_reported_where_run_and_where_written() {
        let text = "RUNNER := python tools/run.py\nCALL := $(shell pip --version)\na:\n\t$(RUNNER) --x\n";
        assert_eq!(check("Makefile", text), ["1 python executed", "2 pip executed", "4 python executed"]);
    }

    #[test]
    fn define_and_conditionals() {
        let text =
            "define step\npip install x\nendef\nifdef X\nt:\n\tpytest\nelse\nendif\n\ttox\n\t$(step)\n";
        let found = check("a.mk", text);
        assert_eq!(found[..3], ["2 pip executed", "6 pytest executed", "9 tox executed"]);
    }

    #[test]
    fn only_what_is_run_of_defines_is_read() {
        let text = "define run\n\t@pip list\n\t$(call inner)\nendef\ndefine inner\npytest\n$(run)\nendef\n\
                    export define HELP\npython -m help\nendef\na:\n\t$(call run,x)\n\t@echo \"$$HELP\" $(HELP)\n";
        let found = check("Makefile", text);
        assert!(
            found.contains(&"2 pip executed".to_owned()) && found.contains(&"6 pytest executed".to_owned())
        );
        assert!(!found.iter().any(|row| row.contains("python")), "{found:?}");
        let text = "define rule\n$(1):\n\ttox\nendef\n$(foreach a,b c,$(eval $(call rule,$(a))))\n";
        assert!(check("Makefile", text).contains(&"3 tox executed".to_owned()));
    }

    #[test]
    fn recipes_of_other_interpreters_are_left_alone() {
        assert_eq!(check("a.make", "SHELL := /usr/bin/env python3\na:\n\tpip list\n"), [""; 0]);
        for shell in ["/bin/bash", "/usr/bin/env bash -e", "$(X)"] {
            let text = format!("SHELL = {shell}\na:\n\tpip list\n");
            assert_eq!(check("GNUmakefile", &text), ["3 pip executed"], "{shell}");
        }
    }

    #[test]
    fn loops_and_bombs_end() {
        let mut text = "A = $(B)\nB = $(A) $(A)\nt:\n\t$(A) $(\n\t$\n\t${\n".to_owned();
        for n in 1..30 {
            text.push_str(&format!("V{n} = $(V{}) $(V{})\n", n - 1, n - 1));
        }
        text.push_str("V0 = é\nu:\n\t$(V29) x\n\t$(V0)\n");
        check("Makefile", &text);
    }
}
