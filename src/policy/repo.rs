//! What a script may ask of the repository beyond the fact it judges: the facts that its header selects, found by the
//! value of a field or by the nearest folder. Answers from indexes that are made once; never from a loop in a script.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use rhai::EvalAltResult;

use super::values::{Answer, Facts};
use crate::document::unknown;
use crate::facts::{COMMON, Fact, Kind, Type, Value};
use crate::workspace::PathIndex;

/// The facts of one text in a field.
type Index = HashMap<Arc<str>, Arc<[Arc<Fact>]>>;

/// The repository as a policy may see it.
#[derive(Debug, Clone)]
pub struct RepoView {
    kinds: Arc<BTreeMap<&'static str, Selected>>,
    pub(super) names: Arc<PathIndex>,
}

/// The facts of a kind that the policy selects.
#[derive(Debug)]
struct Selected {
    kind: &'static Kind,
    /// Sorted by place.
    facts: Arc<[Arc<Fact>]>,
    /// For each common field and then each of the kind's own the facts by value, made when it is first asked for.
    indexes: Vec<OnceLock<Index>>,
}

impl RepoView {
    /// A view of these facts, each kind sorted by place, and of the names of all files.
    #[must_use]
    pub fn new(
        facts: impl IntoIterator<Item = (&'static Kind, Arc<[Arc<Fact>]>)>,
        names: Arc<PathIndex>,
    ) -> Self {
        let selected = facts.into_iter().map(|(kind, facts)| {
            let indexes = COMMON.iter().chain(kind.fields).map(|_| OnceLock::new()).collect();
            (kind.name, Selected { kind, facts, indexes })
        });
        Self { kinds: Arc::new(selected.collect()), names }
    }

    /// The selected facts of a kind.
    pub(super) fn facts(&self, kind: &str) -> Answer<Facts> {
        Ok(Facts(Arc::clone(&self.selected(kind)?.facts)))
    }

    /// The selected facts of a kind whose field is the text, or is a list that holds it.
    pub(super) fn find(&self, kind: &str, field: &str, value: &str) -> Answer<Facts> {
        let found = self.selected(kind)?.index(field)?.get(value);
        Ok(Facts(found.cloned().unwrap_or_default()))
    }

    /// The selected facts of a kind that are about the folder of `fact`, or else about the nearest folder above it that
    /// any is about.
    pub(super) fn nearest(&self, kind: &str, fact: &Fact) -> Answer<Facts> {
        let index = self.selected(kind)?.index("folder")?;
        let mut folder = fact.place.path.parent();
        loop {
            if let Some(found) = index.get(folder) {
                return Ok(Facts(Arc::clone(found)));
            }
            if folder.is_empty() {
                return Ok(Facts(Arc::default()));
            }
            folder = folder.rfind('/').map_or("", |at| &folder[..at]);
        }
    }

    fn selected(&self, kind: &str) -> Answer<&Selected> {
        self.kinds.get(kind).ok_or_else(|| {
            let what = unknown("selected kind of fact", kind, self.kinds.keys().copied());
            Box::<EvalAltResult>::from(format!("{what}; declare it as `[select.{kind}]`"))
        })
    }
}

impl Selected {
    fn index(&self, field: &str) -> Answer<&Index> {
        let fields = || COMMON.iter().chain(self.kind.fields);
        let Some(at) = fields().position(|known| known.name == field) else {
            let known = fields().map(|field| field.name);
            return Err(unknown(&format!("field of `{}`", self.kind.name), field, known).into());
        };
        let is_text = fields().nth(at).is_some_and(|known| matches!(known.ty, Type::Text | Type::List));
        if !is_text {
            return Err(format!("`{field}` of `{}` is neither text nor a list", self.kind.name).into());
        }
        Ok(self.indexes[at].get_or_init(|| self.make_index(field)))
    }

    fn make_index(&self, field: &str) -> Index {
        let mut index: HashMap<Arc<str>, Vec<Arc<Fact>>> = HashMap::new();
        for fact in self.facts.iter() {
            match fact.get(field) {
                Some(Value::Text(text)) => index.entry(text).or_default().push(Arc::clone(fact)),
                Some(Value::List(items)) => {
                    for item in items.iter() {
                        let facts = index.entry(Arc::clone(item)).or_default();
                        // A list may hold an item twice.
                        if !facts.last().is_some_and(|last| Arc::ptr_eq(last, fact)) {
                            facts.push(Arc::clone(fact));
                        }
                    }
                }
                _ => {}
            }
        }
        index.into_iter().map(|(value, facts)| (value, Arc::from(facts))).collect()
    }
}
