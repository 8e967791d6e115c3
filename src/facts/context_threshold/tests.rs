//! What counts as a stated threshold and what does not, line by line and document by document.

use proptest::prelude::*;

use super::super::{Fact, Value};
use super::rows;
use crate::source::{RepoPath, SourceFile};

fn facts(name: &str, text: &str) -> Vec<Fact> {
    let mut facts = Vec::new();
    rows(&SourceFile::new(RepoPath::new(name), text), &mut facts);
    facts
}

fn field(fact: &Fact, name: &str) -> String {
    match fact.get(name) {
        Some(Value::Int(n)) => n.to_string(),
        Some(Value::Text(text)) => text.to_string(),
        _ => "-".to_string(),
    }
}

/// Line, percentage, its end, tokens, level and form of every row.
fn seen(name: &str, text: &str) -> Vec<String> {
    let fields = ["line", "percent", "percent_to", "tokens", "level", "form"];
    facts(name, text).iter().map(|fact| fields.map(|name| field(fact, name)).join(" ")).collect()
}

#[test]
fn sentences_that_state_a_threshold() {
    for (text, expected) in [
        ("If context is above 70%, suggest a handoff.", "1 70 - - notice prose"),
        ("- When context usage >85%: STOP", "1 85 - - stop list"),
        ("At 80% of the model's context limit:", "1 80 - - - prose"),
        ("Hand off once the context window is 75 percent full.", "1 75 - - - prose"),
        ("Keep context utilization in the 40%-60% range.", "1 40 60 - - prose"),
        ("Run /compact before context reaches 60%", "1 60 - - - prose"),
        ("Warn when less than 20% context remains.", "1 80 - - warn prose"),
        ("Avoid the last 20% of the context window for refactoring.", "1 80 - - - prose"),
        ("Trigger when estimated input tokens exceed 80% of the context window,", "1 80 - - - prose"),
        ("Claude Code auto-compacts at approximately **75% context**", "1 75 - - - prose"),
        (
            "- **Context rule:** at ~30% of your context window used, stop at a clean point.",
            "1 30 - - stop list",
        ),
        ("If you approach ~60% of your context window, STOP", "1 60 - - stop prose"),
        ("- Context is above ~75%.", "1 75 - - - list"),
        ("- **Token-Aware Compression** - compress at 70% of context window", "1 70 - - - list"),
        ("- 2-3 tasks each, ~50% context max", "1 50 - - - list"),
        ("Stop when the context exceeds 150k tokens.", "1 - - 150000 stop prose"),
        ("컨텍스트가 60% 초과하면 저장", "1 60 - - - prose"),
        ("上下文使用率超过 80% 时停止", "1 80 - - stop prose"),
        ("Wenn der Kontext 70 % überschreitet, übergeben.", "1 70 - - - prose"),
    ] {
        assert_eq!(seen("a.md", text), [expected], "{text}");
    }
}

#[test]
fn other_languages_state_thresholds() {
    let table = [
        ("Sobald der Kontext zu mehr als 80 % gefüllt ist, sofort stoppen.", "1 80 - - stop prose"),
        ("Ab 70 Prozent Kontextauslastung warnen.", "1 70 - - warn prose"),
        ("Si le contexte dépasse 80 %, arrêtez tout.", "1 80 - - stop prose"),
        ("Quand il reste moins de 20 % du contexte restant, avertir.", "1 80 - - warn prose"),
        ("Cuando el contexto supere el 85 por ciento, detente y guarda.", "1 85 - - stop prose"),
        ("Se o contexto ultrapassar 75%, pare e salve o estado.", "1 75 - - stop prose"),
        ("Se il contesto supera il 70%, fermati.", "1 70 - - stop prose"),
        ("当上下文使用率达到80%时，立即停止。", "1 80 - - stop prose"),
        ("上下文超过百分之70时提醒用户", "1 70 - - notice prose"),
        ("剩余上下文低于20%时警告", "1 80 - - warn prose"),
        ("コンテキスト使用率が70%を超えたら警告する", "1 70 - - warn prose"),
        ("コンテキストの残りが15％未満になったら停止", "1 85 - - stop prose"),
        ("컨텍스트 사용량이 80%를 넘으면 즉시 중단하세요", "1 80 - - stop prose"),
        ("남은 컨텍스트가 20% 이하이면 경고", "1 80 - - warn prose"),
        ("Если контекст превысит 80%, остановись.", "1 80 - - stop prose"),
        ("Gdy kontekst przekroczy 80%, zatrzymaj się.", "1 80 - - stop prose"),
        ("Bağlam %80 değil, 75% aşarsa dur.", "1 75 - - - prose"),
    ];
    let wrong = table.iter().filter(|(text, expected)| seen("a.md", text) != [*expected]);
    let wrong: Vec<_> = wrong.map(|(text, _)| (text, seen("a.md", text))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn other_languages_have_statistics_too() {
    let table = [
        "上下文工程让成本降低了 40%",
        "コンテキストマネージャーは90%の開発者が使う",
        "Das spart 30 % des Kontexts.",
        "Cela réduit le contexte de 35 %.",
        "Esto reduce el contexto en un 30 %.",
        "컨텍스트 비용 40% 절감",
    ];
    let wrong: Vec<_> = table.iter().filter(|text| !seen("a.md", text).is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn numbers_near_the_word_that_state_none() {
    for text in [
        "This cuts context by 32 %.",
        "Reduced context usage from ~20% to ~2% on `/clear`",
        "Context retrieval has 95% token savings.",
        "Verbose output wastes 23% of context per run.",
        "MCP tools take over 30% of the context window.",
        "Context: 45% used",
        "The model has a context window of 200k tokens.",
        "Keep the first ~90% of the context window identical across requests.",
        "The session-start checklist consumes ~20% of the 1M-token context.",
        "50 decisions = 80% of your context window consumed before work even begins.",
        "95% of your context window stays free.",
        "Prevents a single call from consuming 20% of your context:",
        "Always compact: it cuts context by 32%.",
        "A budget for prior turns (~30% of the context window).",
        "Knowledge injection should never exceed 1% of the context window.",
        "In this context, more than 80% of users agree.",
        "Fills 100% of the context.",
        "Coverage must be above 80%.",
        "[a link](https://example.org/context%20at%2070)",
        "## Context\n\nErrors are above 5% of requests, warn somebody.",
    ] {
        assert_eq!(seen("a.md", text), [""; 0], "{text}");
    }
}

#[test]
fn tables_and_lists_take_their_subject_from_around() {
    let table = "| Context % | Action |\n|---|---|\n| 70-79% | Notice |\n| **≥ 80%** | STOP |\n";
    assert_eq!(seen("a.md", table), ["3 70 79 - notice table", "4 80 - - stop table"]);
    let section = "### Context Thresholds\n\n| Level | Action |\n|---|---|\n| < 60% | Normal |\n| 60-80% | 20% less |\n";
    assert_eq!(seen("a.md", section), ["5 60 - - - table", "6 60 80 - - table"]);
    let list = "1. **Monitor context usage**\n2. **At 70%**: plan a handoff\n3. **At 90%**: STOP\n";
    assert_eq!(seen("a.md", list), ["2 70 - - notice list", "3 90 - - stop list"]);
    let budget = "### Context Budget\n\nTrack it:\n- **~60%**: run `/compact`\n- **~80%** of users finish\n";
    assert_eq!(seen("a.md", budget), ["4 60 - - - list"]);
    let statistics = "| Tool | Context reduction |\n|---|---|\n| a | > 80% |\n";
    assert_eq!(seen("a.md", statistics), [""; 0]);
}

#[test]
fn zones_and_code_in_prose() {
    let zones = "## Context budget\n\n| Zone | Range | Action |\n|---|---|---|\n| Green | 0-40% | work |\n| Red | 60%+ | stop |\n\n- yellow (50–70%): be careful\n- results (50–70%) of it\n";
    assert_eq!(seen("a.md", zones), ["6 60 - - stop table", "8 50 70 - warn list"]);
    let template = "{{#if context_pct >= 75}} Hand off now {{/if}}\n`if context_percent > 80` then stop\n";
    assert_eq!(seen("a.md", template), ["1 75 - - stop condition", "2 80 - - stop condition"]);
    assert_eq!(seen("a.md", "Do not let context go over 65 %.\n"), ["1 65 - - - prose"]);
    assert_eq!(seen("a.md", "Use `context_lines = 30` and `len(context) > 50` here.\n"), [""; 0]);
}

#[test]
fn scripts_and_fences() {
    let script = "#!/bin/sh\n# Context warnings\nif [ \"$CONTEXT_PCT\" -ge 90 ]; then\n  echo 'CRITICAL: /clear'\n\
                  elif [ \"$CONTEXT_PCT\" -ge 70 ]; then\n  echo 'consider a handoff'\nfi\n";
    assert_eq!(seen("hook", script), ["3 90 - - stop condition", "5 70 - - notice condition"]);
    assert_eq!(seen("a.md", "```sh\n# Before context fills (70%+)\n```"), ["2 70 - - - prose"]);
    let settings =
        "context:\n  warning_threshold: 0.78     # emit warning at 78%\n  compact_threshold: 0.92\n";
    assert_eq!(seen("a.yaml", settings), ["2 78 - - warn code", "3 92 - - - code"]);
    let comment = "// Warns when the context window fills:\n//   CRITICAL (remaining <= 25%): should stop\n";
    assert_eq!(seen("a.js", comment), ["2 75 - - stop prose"]);
    let ternary = "level = contextPercent >= 90 ? 'critical' : contextPercent >= 75 ? 'warning' : 'healthy'";
    assert_eq!(seen("a.ts", ternary), ["1 90 - - stop condition", "1 75 - - stop condition"]);
    assert_eq!(seen("a.py", "context_threshold = 85  # block at 85%\n"), ["1 85 - - stop code"]);
}

#[test]
fn the_place_is_the_number() {
    let facts = facts("a.md", "é\r\nStop at **70%** context.\r\n");
    assert_eq!(
        (facts[0].place.start.line, facts[0].place.start.column, facts[0].place.end.column),
        (2, 11, 14)
    );
}

proptest! {
    #[test]
    fn any_text_is_read(
        text in "([cC]ontext|ctx|[0-9]{1,3}|%|-ge|>=|=|[|]|\n|```|# |- |at|above|tokens|k|[{:]|컨텍스트|é| |.){0,80}",
        name in "a[.](md|sh|py|json)",
    ) {
        for fact in facts(&name, &text) {
            prop_assert!(text.get(fact.place.span.range()).is_some_and(|number| !number.is_empty()));
        }
    }
}
