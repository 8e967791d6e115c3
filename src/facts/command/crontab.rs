//! Tables of cron: five fields or a word such as `@daily`, in system tables a user, and a command. Never asks when a
//! command runs.

use super::block::{Block, Document, Judgement, Role};
use super::opaque;
use crate::facts::Interest;
use crate::shell::Script;
use crate::source::RepoPath;

/// Users that only the tables of a system name. A table by another name may be either kind.
const USERS: &[&str] = &["nobody", "root", "www-data"];

/// What a table may be called behind `crontab.`.
const ENDINGS: &[&str] = &["example", "in", "j2", "sample", "template", "tmpl", "txt"];

pub(super) fn wants(path: &RepoPath) -> Interest {
    let is_table = match path.extension() {
        "cron" | "crontab" => true,
        "" => path.name() == "crontab" || is_in_system_folder(path),
        ending => path.stem() == "crontab" && ENDINGS.contains(&ending),
    };
    if is_table { Interest::Yes } else { Interest::No }
}

fn is_in_system_folder(path: &RepoPath) -> bool {
    let parent = path.parent();
    parent.strip_suffix("cron.d").is_some_and(|above| above.is_empty() || above.ends_with('/'))
}

pub(super) fn split(document: Document<'_>) -> Vec<Block> {
    let is_system =
        document.path.is_some_and(|path| is_in_system_folder(path) || path.parent().ends_with("etc"));
    let mut blocks = Vec::new();
    for (start, line) in document.lines() {
        let Some((schedule, command)) = schedule(line) else { continue };
        let mut command = command.trim_start();
        let (user, behind) = command.split_once([' ', '\t']).unwrap_or((command, ""));
        if is_system || USERS.contains(&user) {
            command = behind.trim_start();
        }
        let script = script(document, start + line.len() - command.len(), start + line.len());
        let script = opaque::masked(script, "{{", "}}");
        let judgement = Judgement::new(Role::Executed, "job of cron");
        blocks.push(Block::new(script, judgement).under(Some(schedule.to_owned())));
    }
    blocks
}

/// When a line runs something, and the rest of it.
fn schedule(line: &str) -> Option<(&str, &str)> {
    let first = line.len() - line.trim_start().len();
    let end = if line[first..].starts_with('@') {
        let word = &line[first + 1..];
        let length = word.find([' ', '\t'])?;
        word[..length].bytes().all(|byte| byte.is_ascii_lowercase()).then_some(first + 1 + length)?
    } else {
        let mut at = first;
        for _ in 0..5 {
            at += line[at..].len() - line[at..].trim_start().len();
            let length = line[at..].find([' ', '\t'])?;
            let is_field = |byte: u8| byte.is_ascii_alphanumeric() || b"*,-/~?#".contains(&byte);
            let has_time = line[at..at + length].bytes().any(|byte| byte.is_ascii_digit() || byte == b'*');
            let is_name = at > first && length >= 3 && line.as_bytes()[at].is_ascii_alphabetic();
            if !line[at..at + length].bytes().all(is_field) || !has_time && !is_name {
                return None;
            }
            at += length;
        }
        at
    };
    (!line[first..].starts_with('#')).then(|| (&line[first..end], &line[end..]))
}

/// The command up to the first `%`, behind which its input stands; `\%` is a percent sign.
fn script(document: Document<'_>, start: usize, end: usize) -> Script {
    let mut script = Script::default();
    let mut at = start;
    while at < end {
        let rest = &document.text()[at..end];
        let Some(mark) = rest.find('%') else {
            document.copy(at, end, &mut script);
            break;
        };
        if !rest[..mark].ends_with('\\') {
            document.copy(at, at + mark, &mut script);
            break;
        }
        document.copy(at, at + mark - 1, &mut script);
        document.copy(at + mark, at + mark + 1, &mut script);
        at += mark + 1;
    }
    script
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::command::check;

    #[test]
    fn tables_of_users_and_systems() {
        let text = "# 0 0 * * * pip list\nMAILTO=pip\n*/5 0-6 1,2 jan mon-fri cd x && pytest -q >> l 2>&1\n@daily pip list\r\n\
                    0 0 * * 0 date +\\%F; tox%nox\npip list one two three four five\n0 0 * * * root python3 x.py\n@x\n1 2 3\n";
        assert_eq!(
            check("crontab", text),
            [
                "3 cd executed",
                "3 pytest executed",
                "4 pip executed",
                "5 date executed",
                "5 tox executed",
                "7 python executed"
            ]
        );
        assert_eq!(check("deploy/cron.d/app", "0 0 * * * app pytest\n"), ["1 pytest executed"]);
        assert_eq!(check("a.cron", "@reboot pytest"), ["1 pytest executed"]);
    }

    #[test]
    fn names_decide() {
        for (path, expected) in [
            ("crontab", Interest::Yes),
            ("ops/crontab.txt", Interest::Yes),
            ("x.crontab", Interest::Yes),
            ("etc/cron.d/x", Interest::Yes),
            ("crontab.py", Interest::No),
            ("x/acron.d/x", Interest::No),
        ] {
            assert_eq!(wants(&RepoPath::new(path)), expected, "{path}");
        }
    }
}
