//! Asks a policy about facts: one call for each fact, each with its own budget and none able to end the run.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::OnceLock;

use rhai::{Array, CallFnOptions, Dynamic, Engine, EvalAltResult, FuncArgs, Position, Scope};

use super::sandbox::{self, MAX_BYTES, MAX_FINDINGS, MAX_OPERATIONS, MAX_TEXT, MAX_TIME, Spent};
use super::script::{Script, compile, name_span, span_at};
use super::values::{Draft, FactValue, Options};
use super::{Policy, RepoView};
use crate::facts::Fact;
use crate::finding::{Failure, FailureKind};
use crate::source::Span;

/// What a failure says after a panic.
const PANIC: &str = "the host panicked; this is a bug";

/// The engine, made when the first script is to run: most of a short run's time would go there otherwise.
#[derive(Debug, Default)]
pub struct Evaluator {
    engine: OnceLock<Engine>,
}

/// What a call brought.
#[derive(Debug, Default)]
pub struct Verdict {
    /// The findings, in the order in which the script made them.
    pub(super) drafts: Vec<Draft>,
    /// Why the call ended early.
    pub failure: Option<Failure>,
    /// The operations it took.
    pub operations: u64,
}

impl Verdict {
    /// The verdict of a call that could not be made.
    #[must_use]
    pub fn failed(failure: Failure) -> Self {
        Self { failure: Some(failure), ..Self::default() }
    }
}

impl Evaluator {
    fn engine(&self) -> &Engine {
        self.engine.get_or_init(sandbox::engine)
    }

    /// The compiled script of a policy, made once.
    ///
    /// # Errors
    /// With what is wrong, at its place in the policy file.
    pub fn compiled<'p>(&self, policy: &'p Policy) -> Result<&'p Script, &'p Failure> {
        let compiled = policy.compiled.get_or_init(|| {
            let (result, _) = sandbox::with_budgets(|| {
                catch_unwind(AssertUnwindSafe(|| compile(self.engine(), &policy.file)))
            });
            match result {
                Ok(compiled) => compiled
                    .map_err(|problem| failure(policy, FailureKind::Policy, problem.span, problem.message)),
                Err(_) => Err(failure(policy, FailureKind::Internal, Span::default(), PANIC.to_owned())),
            }
        });
        compiled.as_ref()
    }

    /// Asks a policy about one fact.
    #[must_use]
    pub fn judge(&self, policy: &Policy, fact: &Arc<Fact>, view: &RepoView, options: &Options) -> Verdict {
        let function = fact.kind.name;
        let subject = FactValue(Arc::clone(fact));
        match self.compiled(policy) {
            Err(failure) => Verdict::failed(failure.clone()),
            Ok(script) if script.asks_repo(function) => {
                self.call(policy, script, function, (subject, options.clone(), view.clone()))
            }
            Ok(script) => self.call(policy, script, function, (subject, options.clone())),
        }
    }

    /// Asks a policy about the whole repository.
    #[must_use]
    pub fn judge_repo(&self, policy: &Policy, view: &RepoView, options: &Options) -> Verdict {
        match self.compiled(policy) {
            Err(failure) => Verdict::failed(failure.clone()),
            Ok(script) => self.call(policy, script, super::script::REPO, (view.clone(), options.clone())),
        }
    }

    fn call(&self, policy: &Policy, script: &Script, function: &str, arguments: impl FuncArgs) -> Verdict {
        let call_options = CallFnOptions::new().eval_ast(false);
        let (result, operations) = sandbox::with_budgets(|| {
            catch_unwind(AssertUnwindSafe(|| {
                self.engine().call_fn_with_options::<Dynamic>(
                    call_options,
                    &mut Scope::new(),
                    &script.functions,
                    function,
                    arguments,
                )
            }))
        });
        let drafts = match result {
            Ok(Ok(value)) => {
                let refused =
                    |(kind, message)| failure(policy, kind, name_span(&policy.file, function), message);
                drafts(value).map_err(refused)
            }
            Ok(Err(error)) => Err(script_failure(policy, function, *error)),
            Err(_) => Err(failure(
                policy,
                FailureKind::Internal,
                name_span(&policy.file, function),
                PANIC.to_owned(),
            )),
        };
        match drafts {
            Ok(drafts) => Verdict { drafts, failure: None, operations },
            Err(failure) => Verdict { drafts: Vec::new(), failure: Some(failure), operations },
        }
    }
}

/// What a function may return: nothing, a finding, or an array of findings.
fn drafts(value: Dynamic) -> Result<Vec<Draft>, (FailureKind, String)> {
    if value.is_unit() {
        return Ok(Vec::new());
    }
    if value.is::<Draft>() {
        return Ok(value.try_cast::<Draft>().into_iter().collect());
    }
    let type_name = value.type_name().to_owned();
    let refused = |found: &str| {
        let what = "it returns nothing, a finding, or an array of findings";
        (FailureKind::Script, format!("the function returned {found}; {what}"))
    };
    let items =
        value.try_cast::<Array>().ok_or_else(|| refused(&format!("a value of type `{type_name}`")))?;
    if items.len() > MAX_FINDINGS {
        return Err((
            FailureKind::Budget,
            format!("the policy returned more than {MAX_FINDINGS} findings for one call"),
        ));
    }
    items
        .into_iter()
        .map(|item| item.try_cast::<Draft>().ok_or_else(|| refused("an array that holds something else")))
        .collect()
}

fn failure(policy: &Policy, kind: FailureKind, span: Span, message: String) -> Failure {
    Failure { kind, path: Some(policy.file.place(span)), policy: Some(Arc::clone(&policy.id)), message }
}

/// Says what stopped a script, in the script's terms and at the innermost place in the script.
fn script_failure(policy: &Policy, function: &str, error: EvalAltResult) -> Failure {
    let (inner, position) = innermost(error);
    // An empty loop has no position of its own; then the function is the place.
    let at =
        if position.is_none() { name_span(&policy.file, function) } else { span_at(&policy.file, position) };
    let budget = |message: String| failure(policy, FailureKind::Budget, at, message);
    match inner {
        EvalAltResult::ErrorTooManyOperations(_) => budget(format!(
            "the policy took more than {} million operations for one call and was stopped",
            MAX_OPERATIONS / 1_000_000
        )),
        EvalAltResult::ErrorStackOverflow(_) => {
            budget("the policy's functions call each other too deeply".to_owned())
        }
        EvalAltResult::ErrorDataTooLarge(what, _) => {
            budget(format!("the policy made a value that is too large: {what}"))
        }
        EvalAltResult::ErrorTooManyVariables(_) => budget("the policy made too many variables".to_owned()),
        EvalAltResult::ErrorTerminated(value, _) | EvalAltResult::ErrorRuntime(value, _) => {
            match value.clone().try_cast::<Spent>() {
                Some(what) => budget(spent(what)),
                None => failure(policy, FailureKind::Script, at, stopped(&value)),
            }
        }
        other => failure(policy, FailureKind::Script, at, stopped(&other)),
    }
}

fn spent(what: Spent) -> String {
    match what {
        Spent::Memory => {
            format!("the policy held more than {} MiB for one call and was stopped", MAX_BYTES >> 20)
        }
        Spent::Time => {
            format!("the policy took longer than {} ms for one call and was stopped", MAX_TIME.as_millis())
        }
        Spent::Text => {
            format!("the policy made a message, a help or a label of more than {MAX_TEXT} characters")
        }
        Spent::String => "the policy made a value that is too large: Length of string".to_owned(),
    }
}

/// What a script says when it stops itself, cut where a message ends: it may throw an array of long texts, which is
/// more than memory holds once it is written out.
fn stopped(value: &dyn std::fmt::Display) -> String {
    let mut message = Short("the policy stopped: ".to_owned());
    if write!(message, "{value}").is_err() {
        message.0.push('…');
    }
    message.0
}

/// A text that refuses to grow beyond [`MAX_TEXT`].
struct Short(String);

impl Write for Short {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let room = MAX_TEXT.saturating_sub(self.0.len());
        if text.len() <= room {
            self.0.push_str(text);
            return Ok(());
        }
        self.0.push_str(&text[..text.floor_char_boundary(room)]);
        Err(std::fmt::Error)
    }
}

/// The error at the bottom of a chain of calls, its place taken out of it.
fn innermost(mut error: EvalAltResult) -> (EvalAltResult, Position) {
    let mut outer = Position::NONE;
    loop {
        let position = error.take_position();
        let here = if position.is_none() { outer } else { position };
        match error {
            EvalAltResult::ErrorInFunctionCall(_, _, inner, _)
            | EvalAltResult::ErrorInModule(_, inner, _) => {
                (error, outer) = (*inner, here);
            }
            other => return (other, here),
        }
    }
}
