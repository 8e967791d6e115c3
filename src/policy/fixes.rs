//! The functions by which a script offers fixes. They only describe edits: nothing here reads or changes a text.

use rhai::{Dynamic, INT, ImmutableString};

use super::host::readable;
use super::values::{Answer, Draft, EditValue, FactValue};
use crate::facts::Value;
use crate::finding::{Applicability, Edit, Fix, Move};
use crate::source::RepoPath;

/// How many fixes a finding may carry: more choices help nobody.
const MAX_FIXES: usize = 8;

/// How many edits a fix may consist of.
const MAX_EDITS: usize = 100;

/// How long the text of one edit may be, in bytes.
const MAX_REPLACEMENT: usize = 1000;

/// The edit that puts `text` in place of some words of a command, or `()`.
pub(super) fn replace_words(
    fact: &mut FactValue,
    from: INT,
    until: INT,
    text: ImmutableString,
) -> Answer<Dynamic> {
    let fact = &fact.0;
    let Some(Value::List(args)) = fact.get("args") else {
        return Err(format!("a fact of the kind `{}` has no words to replace", fact.kind.name).into());
    };
    let number = |number: INT| usize::try_from(number).ok().filter(|number| *number <= args.len() + 1);
    let (Some(first), Some(last)) = (number(from), number(until).filter(|_| from <= until)) else {
        let n_words = args.len() + 1;
        return Err(format!("there are no words {from} to {until} in a command of {n_words}").into());
    };
    if text.len() > MAX_REPLACEMENT {
        return Err(format!("an edit writes at most {MAX_REPLACEMENT} bytes").into());
    }
    let edits = fact.words.as_ref().and_then(|words| words.replace(&fact.place.path, first, last, &text));
    Ok(edits.map_or(Dynamic::UNIT, |edits| Dynamic::from(EditValue::Texts(edits))))
}

/// The edit that moves a folder with all that it holds to another path.
pub(super) fn move_to(fact: &mut FactValue, path: ImmutableString) -> Answer<Dynamic> {
    let fact = &fact.0;
    let (Some(Value::Text(name)), Some(Value::Text(folder)), Some(Value::Text(_))) =
        (fact.get("name"), fact.get("folder"), fact.get("belongs"))
    else {
        return Err(format!("a fact of the kind `{}` is no folder to move", fact.kind.name).into());
    };
    let is_plain = |part: &str| !matches!(part, "" | "." | ".." | ".git") && !part.contains('\\');
    if path.len() > MAX_REPLACEMENT || !path.split('/').all(is_plain) {
        return Err(format!("`{}` is no path in the repository to move a folder to", readable(&path)?).into());
    }
    let from = RepoPath::new(&folder).join(&name);
    Ok(Dynamic::from(EditValue::Move(Move { from, to: RepoPath::new(&path) })))
}

/// Two edits as one, or `()` where either is missing.
pub(super) fn also(first: &mut Dynamic, second: Dynamic) -> Answer<Dynamic> {
    let (Some(mut edits), Some(more)) = (edits(first)?, edits(&second)?) else { return Ok(Dynamic::UNIT) };
    edits.extend(more);
    if edits.len() > MAX_EDITS {
        return Err(format!("a fix consists of at most {MAX_EDITS} edits").into());
    }
    edits.sort();
    let overlaps = |pair: &[Edit]| {
        let (one, next) = (&pair[0].place, &pair[1].place);
        one.path == next.path && (one.span.start == next.span.start || one.span.end > next.span.start)
    };
    if edits.windows(2).any(overlaps) {
        return Err("two edits of one fix change the same words".into());
    }
    Ok(Dynamic::from(EditValue::Texts(edits)))
}

/// The finding with one more way to mend it.
pub(super) fn fix(
    draft: &mut Draft,
    title: ImmutableString,
    safety: ImmutableString,
    edit: Dynamic,
) -> Answer<Draft> {
    let applicability = match safety.as_str() {
        "safe" => Applicability::Safe,
        "unsafe" => Applicability::Unsafe,
        "display" => Applicability::DisplayOnly,
        other => {
            return Err(format!("`{other}` is no safety; it is one of `safe`, `unsafe`, `display`").into());
        }
    };
    let mut mended = draft.clone();
    if !edit.is_unit() && mended.fixes.len() < MAX_FIXES {
        let (edits, moves) = match edit.read_lock::<EditValue>().as_deref() {
            Some(EditValue::Move(one)) => (Vec::new(), vec![one.clone()]),
            _ => (edits(&edit)?.unwrap_or_default(), Vec::new()),
        };
        mended.fixes.push(Fix { title: readable(&title)?, edits, moves, applicability });
    }
    Ok(mended)
}

/// The edits in a value; nothing in `()`.
fn edits(value: &Dynamic) -> Answer<Option<Vec<Edit>>> {
    if value.is_unit() {
        return Ok(None);
    }
    match value.read_lock::<EditValue>().as_deref() {
        Some(EditValue::Texts(edits)) => Ok(Some(edits.clone())),
        Some(EditValue::Move(_)) => Err("a move cannot be made together with another edit".into()),
        None => Err(format!("a value of type `{}` is no edit", value.type_name()).into()),
    }
}
