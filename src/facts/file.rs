//! The `file` kind: every file there is, by its name alone. Never reads a file.

use super::{Fact, Field, Kind, Source, Survey, Type, Value};
use crate::source::Place;

/// One row for each file.
pub(super) static KIND: Kind = Kind {
    name: "file",
    doc: "A file of the repository, by its name",
    fields: &[
        Field { name: "name", ty: Type::Text, doc: "The last part of the path, `b.py` of `a/b.py`" },
        Field { name: "stem", ty: Type::Text, doc: "The name without its last extension" },
        Field {
            name: "extension",
            ty: Type::Text,
            doc: "The last extension without its dot; empty if there is none",
        },
        Field { name: "folder", ty: Type::Text, doc: "The folder that holds it; empty for the root" },
        Field { name: "depth", ty: Type::Int, doc: "How many folders it lies in; 0 for a file at the root" },
    ],
    source: Source::Names(rows),
};

fn rows(survey: &Survey<'_>, facts: &mut Vec<Fact>) {
    // A repository has many files and a policy asks for few: names are compared before a row is made.
    let names = survey.wanted.get("name");
    for path in survey.names.paths() {
        if names.is_some_and(|names| !names.contains(path.name())) || !survey.is_in_focus(path.as_str()) {
            continue;
        }
        let values = vec![
            Value::text(path.name()),
            Value::text(path.stem()),
            Value::text(path.extension()),
            Value::text(path.parent()),
            Value::count(path.parts().count() - 1),
        ];
        facts.push(Fact::new(&KIND, Place::whole(path.clone()), path.as_str(), values));
    }
}
