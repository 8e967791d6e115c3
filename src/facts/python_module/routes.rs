//! Which paths of an HTTP interface a module answers, and which a test asks for. Sees decorators and calls with the
//! path written out, no more.

use super::naming::{Key, KeyMap, key};
use super::tokens::{Token, tokens};

/// A path with a method.
#[derive(Debug, PartialEq, Eq)]
struct Route<'a> {
    /// `get`, `post` or another; empty for all.
    method: &'a str,
    path: String,
}

/// The routes of some modules, by the last part of their paths that is written out.
#[derive(Debug, Default)]
pub(super) struct Routes {
    by_part: KeyMap<Vec<Answer>>,
}

/// A route that a module answers.
#[derive(Debug)]
struct Answer {
    module: u32,
    method: String,
    parts: Vec<Part>,
}

/// A part of a path; nothing where it stands for anything.
type Part = Option<Key>;

/// At most so many routes with one part are compared with what a test asks for.
const GROUP: usize = 32;

/// Paths with more parts than this are none.
const MANY_PARTS: usize = 16;

const METHODS: [&str; 8] = ["get", "post", "put", "delete", "patch", "head", "options", "websocket"];

impl Routes {
    /// Adds what a module answers.
    pub(super) fn add(&mut self, module: u32, text: &str) {
        for route in answered(text) {
            let parts = parts(&route.path);
            let Some(last) = parts.iter().rev().find_map(|part| *part) else { continue };
            let group = self.by_part.entry(last).or_default();
            if group.len() < GROUP && parts.len() <= MANY_PARTS {
                group.push(Answer { module, method: route.method.to_owned(), parts });
            }
        }
    }

    /// Whether no module answers anything.
    pub(super) fn is_empty(&self) -> bool {
        self.by_part.is_empty()
    }

    /// The modules that answer what a test asks for.
    pub(super) fn reached(&self, test: &str) -> Vec<u32> {
        let mut modules = Vec::new();
        for route in asked(test) {
            let asked = parts(&route.path);
            for part in asked.iter().flatten().take(MANY_PARTS) {
                let fit = self.by_part.get(part).into_iter().flatten();
                let fit = fit.filter(|answer| answer.method.is_empty() || answer.method == route.method);
                modules.extend(
                    fit.filter(|answer| ends_alike(&asked, &answer.parts)).map(|answer| answer.module),
                );
            }
        }
        modules.sort_unstable();
        modules.dedup();
        modules
    }
}

/// Whether the asked path ends like the answered one; what stands in front is where a router is mounted.
fn ends_alike(asked: &[Part], answered: &[Part]) -> bool {
    let Some(skip) = asked.len().checked_sub(answered.len()) else { return false };
    asked[skip..].iter().zip(answered).all(|(asked, answered)| answered.is_none() || asked == answered)
}

/// The parts of a path without host and query; those with braces or brackets stand for anything.
fn parts(path: &str) -> Vec<Part> {
    let path = path.split_once("://").map_or(path, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let part = |part: &str| (!part.contains(['{', '<'])).then(|| key(part));
    path.split('/').filter(|part| !part.is_empty()).map(part).collect()
}

/// The routes that decorators of a module declare, below the prefix of its router.
fn answered(text: &str) -> Vec<Route<'_>> {
    let mut routes = Vec::new();
    let mut prefix = "";
    let mut all = tokens(text).peekable();
    let mut last = [Token::Mark(0); 2];
    while let Some(token) = all.next() {
        if let (Token::Name("prefix" | "url_prefix"), Token::Mark(b'=')) = (last[1], token)
            && let Some(Token::Text(text)) = all.peek()
        {
            prefix = text;
        }
        if let (Token::Mark(b'@'), Token::Name(name), Token::Mark(b'(')) = (last[0], last[1], token)
            && let (Some(method), Some(Token::Text(path))) = (method(name), all.peek())
        {
            routes.push(Route { method, path: (*path).to_owned() });
        }
        last = [last[1], token];
    }
    for route in &mut routes {
        route.path.insert_str(0, prefix);
    }
    routes
}

/// Whether a decorator in a text looks like one of a route; few modules have any, and reading tokens costs.
pub(super) fn may_answer(text: &str) -> bool {
    memchr::memchr_iter(b'@', text.as_bytes()).any(|at| {
        let near = &text[at + 1..text.floor_char_boundary(at + 1 + LONGEST_NAME)];
        near.split_once('(').is_some_and(|(name, _)| method(name).is_some())
    })
}

/// The name of a decorator is no longer than this, in bytes.
const LONGEST_NAME: usize = 100;

/// The method that a decorator names: `router.get`, `app.route`.
fn method(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "route" | "api_route" => Some(""),
        "websocket" | "websocket_route" => Some("websocket"),
        name => METHODS.iter().copied().find(|method| *method == name),
    }
}

/// The routes that calls of a client ask for: `client.get("/users/1")`.
fn asked(text: &str) -> Vec<Route<'_>> {
    let mut routes = Vec::new();
    let mut last = [Token::Mark(0); 2];
    for token in tokens(text) {
        if let (Token::Name(name), Token::Mark(b'('), Token::Text(path)) = (last[0], last[1], token)
            && path.contains('/')
            && let Some((_, method)) = name.rsplit_once('.')
        {
            let method = if method == "websocket_connect" { "websocket" } else { method };
            if METHODS.contains(&method) {
                routes.push(Route { method, path: path.to_owned() });
            }
        }
        last = [last[1], token];
    }
    routes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reached(module: &str, test: &str) -> bool {
        let mut routes = Routes::default();
        routes.add(7, module);
        routes.reached(test) == [7]
    }

    #[test]
    fn a_call_reaches_the_module_that_answers() {
        let module =
            "router = APIRouter(prefix=\"/items\", tags=['x'])\n@router.get(\"/{id}/parts\")\ndef f(): ...\n";
        assert!(reached(module, "r = client.get(f\"{settings.API}/items/{item.id}/parts?x=1\")"));
        assert!(reached(module, "await client.get('http://test/v1/items/3/parts')"));
        assert!(!reached(module, "client.post('/items/3/parts')"));
        assert!(!reached(module, "client.get('/users/3/parts')"));
        assert!(!reached(module, "# client.get('/items/3/parts')\nx = '/items/3/parts'"));
        assert!(reached("@bp.route('/login', methods=['POST'])\ndef f(): ...", "client.post('/login')"));
        assert!(!reached("@router.get('/{id}')\ndef f(): ...", "client.get('/7')"));
    }

    proptest! {
        #[test]
        fn any_text_does(text in "(@a\\.get\\(|\"|/|b|\\{|prefix=|c\\.get\\(|[\\PC\n]){0,60}") {
            let mut routes = Routes::default();
            routes.add(0, &text);
            routes.reached(&text);
        }
    }
}
