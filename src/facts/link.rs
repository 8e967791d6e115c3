//! The `link` kind: the symbolic links of a repository and where they lead. Reads nothing through them.

use super::{Fact, Field, Kind, Source, Survey, Type, Value};
use crate::source::Place;
use crate::workspace::Leads;

/// A symbolic link.
pub(super) static KIND: Kind = Kind {
    name: "link",
    doc: "A symbolic link that is not ignored",
    fields: &[
        Field { name: "name", ty: Type::Text, doc: "The last part of its path" },
        Field { name: "folder", ty: Type::Text, doc: "The folder that holds it; empty for the root" },
        Field { name: "parts", ty: Type::List, doc: "The parts of its path" },
        Field { name: "target", ty: Type::Text, doc: "What is written in it" },
        Field {
            name: "leads",
            ty: Type::Text,
            doc: "Where it ends: `inside` the repository, `outside` it, where nobody else has what it leads to, or `nowhere`",
        },
        Field {
            name: "ends_at",
            ty: Type::Text,
            doc: "The path in the repository that it ends at; absent where it leads elsewhere",
        },
    ],
    source: Source::Names(rows),
};

fn rows(survey: &Survey<'_>, facts: &mut Vec<Fact>) {
    let parts = survey.wanted.get("parts");
    for path in survey.links {
        if parts.is_some_and(|parts| !path.parts().any(|part| parts.contains(part))) {
            continue;
        }
        let Some((target, leads)) = survey.workspace.link(path) else { continue };
        let (word, end) = match &leads {
            Leads::Inside(end) => ("inside", Some(end.as_str())),
            Leads::Outside => ("outside", None),
            Leads::Nowhere => ("nowhere", None),
        };
        let values = vec![
            Value::text(path.name()),
            Value::text(path.parent()),
            Value::list(path.parts()),
            Value::text(target),
            Value::text(word),
            Value::maybe(end),
        ];
        facts.push(Fact::new(&KIND, Place::whole(path.clone()), path.as_str(), values));
    }
}
