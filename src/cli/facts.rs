//! `policylint facts`: what policies see.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::arguments::{FactFormat, FactsArguments};
use super::session::{Session, error_style, stdout};
use super::{Exit, Stop};
use crate::facts::{COMMON, Fact, KINDS, Kind, Value, kind};
use crate::pipeline::{self, Progress};
use crate::report;
use crate::workspace::Environment;

/// The widest a field is shown in a table, in characters.
const MAX_CELL: usize = 60;

pub(super) fn facts(arguments: &FactsArguments, environment: &Environment) -> Result<Exit, Stop> {
    let kinds: Vec<&'static Kind> = if arguments.kind.is_empty() {
        KINDS.to_vec()
    } else {
        arguments.kind.iter().filter_map(|name| kind(name)).collect()
    };
    let mut out = stdout();
    if arguments.fields {
        write_fields(&mut out, &kinds)?;
        out.flush()?;
        return Ok(Exit::Clean);
    }
    let session = Session::open(&arguments.files, &arguments.common, environment)?;
    let progress = Progress::default();
    let run = session.run(&arguments.files, &progress);
    let (facts, failures) = pipeline::facts(&run, &kinds).map_err(|error| Stop::Usage(error.to_string()))?;
    match arguments.format {
        FactFormat::Table => write_tables(&mut out, &facts)?,
        FactFormat::Json => write_json(&mut out, &facts)?,
        FactFormat::Jsonl => {
            for fact in &facts {
                writeln!(out, "{}", report::printable_json(&row(fact).to_string()))?;
            }
        }
    }
    out.flush()?;
    Ok(session.tell(failures, Vec::new(), &error_style(&arguments.common, environment)))
}

fn write_fields(out: &mut dyn Write, kinds: &[&Kind]) -> io::Result<()> {
    for kind in kinds {
        writeln!(out, "{}  {}", kind.name, kind.doc)?;
        for field in COMMON.iter().chain(kind.fields) {
            writeln!(out, "  {:<14}  {:<13}  {}", field.name, field.ty.word(), field.doc)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// A fact as a JSON object: the common fields, then those of its kind.
fn row(fact: &Fact) -> Json {
    let mut row = Map::new();
    for field in COMMON.iter().chain(fact.kind.fields) {
        let value = match fact.get(field.name) {
            Some(Value::Text(text)) => json!(&*text),
            Some(Value::Int(number)) => json!(number),
            Some(Value::Bool(value)) => json!(value),
            Some(Value::List(items)) => json!(items.iter().map(|item| &**item).collect::<Vec<_>>()),
            Some(Value::None) | None => Json::Null,
        };
        row.insert(field.name.to_owned(), value);
    }
    Json::Object(row)
}

fn write_json(out: &mut dyn Write, facts: &[Arc<Fact>]) -> io::Result<()> {
    writeln!(out, "[")?;
    for (at, fact) in facts.iter().enumerate() {
        let comma = if at + 1 < facts.len() { "," } else { "" };
        writeln!(out, "  {}{comma}", report::printable_json(&row(fact).to_string()))?;
    }
    writeln!(out, "]")
}

/// One table for each kind. A column in which no row has a value is left out.
fn write_tables(out: &mut dyn Write, facts: &[Arc<Fact>]) -> io::Result<()> {
    for (at, rows) in facts.chunk_by(|a, b| a.kind.name == b.kind.name).enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        let kind = rows[0].kind;
        let head: Vec<String> = std::iter::once(kind.name)
            .chain(kind.fields.iter().map(|field| field.name))
            .map(str::to_owned)
            .collect();
        let mut table = vec![head];
        table.extend(rows.iter().map(|fact| cells(fact)));
        let widths = widths(&table);
        for (number, line) in table.iter().enumerate() {
            let cells = line.iter().zip(&widths).filter(|(_, width)| **width > 0);
            let line: String = cells.map(|(cell, width)| format!("{cell:<width$}  ")).collect();
            writeln!(out, "{}", line.trim_end())?;
            if number == 0 {
                writeln!(out, "{}", "-".repeat(line.trim_end().chars().count()))?;
            }
        }
    }
    Ok(())
}

fn cells(fact: &Fact) -> Vec<String> {
    let place = format!("{}:{}:{}", fact.place.path, fact.place.start.line, fact.place.start.column);
    let values = fact.values.iter().map(|value| match value {
        Value::None => String::new(),
        Value::Text(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::List(items) => items.join(" "),
    });
    std::iter::once(report::printable(&place).into_owned())
        .chain(values.map(|text| cropped(&report::printable(&text))))
        .collect()
}

fn cropped(text: &str) -> String {
    if text.chars().count() <= MAX_CELL {
        return text.to_owned();
    }
    text.chars().take(MAX_CELL - 1).chain(['…']).collect()
}

/// The width of each column; 0 for those without any value.
fn widths(table: &[Vec<String>]) -> Vec<usize> {
    let columns = table[0].len();
    let width =
        |column: usize| table.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let is_used = |column: usize| table[1..].iter().any(|line| !line[column].is_empty());
    (0..columns).map(|column| if is_used(column) { width(column) } else { 0 }).collect()
}
