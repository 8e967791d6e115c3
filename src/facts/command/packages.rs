//! The packages that a command installs by name, and its options. Reads the words of a command; knows no index and no
//! version.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::facts::package_name;
use crate::shell::Command;

/// Programs, the words behind them, and what stands behind those: the names of packages.
const INSTALLERS: &[(&str, &[&[&str]])] = &[
    ("conda", &[&["install"]]),
    ("pip", &[&["download"], &["install"], &["uninstall"]]),
    ("pipenv", &[&["install"]]),
    ("pipx", &[&["install"], &["run"], &["uninstall"], &["upgrade"]]),
    ("poetry", &[&["add"], &["remove"]]),
    ("uv", &[&["add"], &["pip", "install"], &["remove"], &["tool", "install"]]),
];

/// Options of these programs whose value is the next word.
const WITH_VALUE: &[&str] = &[
    "--abi",
    "--cache-dir",
    "--config-settings",
    "--constraint",
    "--default-index",
    "--dest",
    "--editable",
    "--extra",
    "--extra-index-url",
    "--find-links",
    "--group",
    "--implementation",
    "--index",
    "--index-url",
    "--log",
    "--no-binary",
    "--only-binary",
    "--platform",
    "--prefix",
    "--progress-bar",
    "--proxy",
    "--python",
    "--python-version",
    "--report",
    "--requirement",
    "--retries",
    "--root",
    "--spec",
    "--src",
    "--target",
    "--timeout",
    "--trusted-host",
    "--upgrade-strategy",
    "-c",
    "-d",
    "-e",
    "-f",
    "-i",
    "-p",
    "-r",
    "-t",
];

/// The packages that a command names, in normal form, each once.
pub(super) fn packages(command: &Command<'_>) -> Vec<String> {
    let (mut packages, mut seen) = (Vec::new(), BTreeSet::new());
    let Some(words) = behind_installer(command) else { return packages };
    let mut is_value = false;
    for word in words {
        if std::mem::take(&mut is_value) {
            continue;
        }
        if word.starts_with('-') {
            is_value = WITH_VALUE.contains(&word.as_ref());
            continue;
        }
        packages.extend(required(word).filter(|package| seen.insert(package.clone())));
    }
    packages
}

/// The options of a command without their values: `--index-url` of `--index-url=x`.
pub(super) fn options<'a>(command: &'a Command<'_>) -> Vec<&'a str> {
    let options = own_words(command).1.iter().filter(|word| word.len() > 1 && word.starts_with('-'));
    options.map(|word| word.split('=').next().unwrap_or(word)).collect()
}

/// The program and its own words; `python -m pip install x` is a command of pip.
fn own_words<'a, 't>(command: &'a Command<'t>) -> (&'a str, &'a [Cow<'t, str>]) {
    let behind = |module: &str| command.argv.iter().position(|word| word == module).map(|at| at + 1);
    match command.module.as_deref() {
        Some(module) => (module, &command.argv[behind(module).unwrap_or(command.argv.len())..]),
        None => (&command.program, &command.argv),
    }
}

fn behind_installer<'a, 't>(command: &'a Command<'t>) -> Option<&'a [Cow<'t, str>]> {
    let (program, words) = own_words(command);
    let (_, verbs) = INSTALLERS.iter().find(|(installer, _)| *installer == program)?;
    let verb = verbs
        .iter()
        .find(|verb| words.iter().zip(verb.iter()).filter(|(a, b)| a == b).count() == verb.len())?;
    Some(&words[verb.len()..])
}

/// The package of a requirement: a name with extras and versions, or the last part of a URL.
fn required(word: &str) -> Option<String> {
    let named =
        word.split_once(" @ ").or_else(|| word.split_once('@').filter(|(_, rest)| rest.contains("://")));
    let name = match (named, word.split_once("://")) {
        (Some((name, _)), _) if !name.contains('+') => name,
        (_, Some((_, address))) => {
            let path = address.split(['#', '?']).next().unwrap_or_default();
            let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            last.split('@').next().unwrap_or_default().trim_end_matches(".git")
        }
        _ if word.contains(['/', '\\', '$', '<']) => return None,
        _ => word,
    };
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c))).unwrap_or(name.len());
    let name = &name[..end];
    name.starts_with(|c: char| c.is_ascii_alphanumeric()).then(|| package_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::{self, Script};

    #[test]
    fn names_without_what_surrounds_them() {
        for (text, expected) in [
            ("pip install -U 'Foo_Bar[x]>=1' b==2", "foo-bar b"),
            ("python -m pip install --index-url https://x/simple foo", "foo"),
            ("pip install git+https://github.com/o/my.repo.git@main#egg=x", "my-repo"),
            ("pip install 'foo @ git+https://x/y'", "foo"),
            ("pip install -r requirements.txt -e . ./dist/x.whl $EXTRA <name>", ""),
            ("pipx install foo", "foo"),
            ("pip list", ""),
            ("pip", ""),
        ] {
            let script = Script::verbatim(text, 0);
            let commands = shell::commands(&script);
            assert_eq!(packages(&commands[0]).join(" "), expected, "{text}");
        }
    }
}
