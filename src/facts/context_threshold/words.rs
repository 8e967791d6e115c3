//! The words by which thresholds are told from statistics, and the level that a text asks for.

use super::line::Line;

/// Words that link a number to what is compared with it, whatever the sentence: a limit is meant.
pub(super) const LIMITS: &[&str] = &[
    "approach",
    "approached",
    "approaches",
    "approaching",
    "cap",
    "cross",
    "crosses",
    "crossing",
    "exceed",
    "exceeded",
    "exceeding",
    "exceeds",
    "fills",
    "hit",
    "hits",
    "hitting",
    "limit",
    "near",
    "nearing",
    "nears",
    "past",
    "reach",
    "reached",
    "reaches",
    "reaching",
    "threshold",
    "surpasses",
    // German, French, Spanish.
    "erreicht",
    "überschreitet",
    "übersteigt",
    "dépasse",
    "atteint",
    "supera",
    "alcanza",
];

/// Words before a number that compare, but are used in statistics as well.
pub(super) const COMPARISONS: &[&str] = &[
    "above", "at", "below", "beyond", "least", "most", "over", "than", "target", "under", "until", "within",
    "last", "ab", "bei", "über", "unter", "à", "al", "max", "around",
];

/// Words behind a number that make it a limit.
pub(super) const MARKS: &[&str] = &[
    "max",
    "maximum",
    "target",
    "threshold",
    "thresholds",
    "limit",
    "mark",
    "cutoff",
    "through",
    "full",
    "trigger",
    "triggers",
    "ceiling",
];

/// Stems of comparisons in languages where they stand anywhere in the sentence.
pub(super) const FOREIGN_COMPARISONS: &[&str] = &[
    "초과",
    "이상",
    "이하",
    "미만",
    "도달",
    "넘으면",
    "넘을",
    "되면",
    "超过",
    "超過",
    "达到",
    "達到",
    "以上",
    "以下",
    "高于",
    "低于",
    "을 넘",
    "超え",
    "達し",
    "превы",
    "достиг",
    "более",
    "свыше",
];

/// Words that make a sentence a rule: a condition.
pub(super) const CONDITIONS: &[&str] = &[
    "if", "when", "whenever", "once", "until", "before", "after", "should", "must", "never", "don", "always",
    "keep", "stay", "maintain", "ensure", "target", "aim", "avoid", "wenn", "sobald", "quand", "lorsque",
    "si", "cuando",
];

/// The conditions under which a sentence about costs is a rule all the same.
pub(super) const ORDERS: &[&str] =
    &["if", "when", "whenever", "once", "should", "must", "never", "don", "avoid"];

/// Words that make a sentence a rule: something to do.
pub(super) const ACTIONS: &[&str] = &[
    "alert",
    "block",
    "blocks",
    "caution",
    "checkpoint",
    "clear",
    "commit",
    "compact",
    "compacting",
    "compaction",
    "autocompact",
    "compacts",
    "compress",
    "compresses",
    "deny",
    "denies",
    "stops",
    "clears",
    "summarizes",
    "consider",
    "critical",
    "danger",
    "delegate",
    "emergency",
    "finish",
    "halt",
    "hand",
    "handoff",
    "handoffs",
    "handover",
    "mandatory",
    "notice",
    "notify",
    "offload",
    "pause",
    "prune",
    "recommend",
    "restart",
    "save",
    "spawn",
    "stop",
    "suggest",
    "summarization",
    "summarize",
    "summarise",
    "switch",
    "trim",
    "triggers",
    "warn",
    "warning",
    "warnings",
    "warns",
    "wrap",
    "proceed",
    "continue",
    "monitor",
    "normal",
];

/// Stems of the same in languages that do not part words.
pub(super) const FOREIGN_ACTIONS: &[&str] =
    &["저장", "중단", "정리", "유지", "체크", "停止", "保存", "压缩", "清理", "警告", "圧縮", "交接"];

/// Words before or behind a percentage that make it a statistic.
pub(super) const STATISTICS: &[&str] = &[
    "accuracy",
    "accurate",
    "cheaper",
    "cost",
    "costs",
    "coverage",
    "covered",
    "cut",
    "cuts",
    "discount",
    "faster",
    "improvement",
    "precision",
    "recall",
    "reduced",
    "reduces",
    "reducing",
    "reduction",
    "savings",
    "saving",
    "saved",
    "saves",
    "slower",
    "smaller",
    "success",
    "compression",
    "compressed",
    "confidence",
    "probability",
    "vs",
    "versus",
    "improved",
    "improves",
    "similarity",
    "overhead",
    "shorter",
    "gain",
    "gains",
    "faithful",
];

/// Words directly behind a percentage that make it a statistic; before it they compare: "less than 20 %".
pub(super) const CHANGES: &[&str] =
    &["decrease", "drop", "fewer", "fraction", "growth", "increase", "less", "lower", "more"];

/// Words directly before a percentage that make it a difference or a part: "cuts it by 20 %", "a drop > 10 %".
pub(super) const AMOUNTS: &[&str] =
    &["by", "decrease", "drop", "drops", "first", "from", "growth", "increase"];

/// Verbs that tell what something costs, unless the sentence is a rule.
pub(super) const CONSUMPTION: &[&str] = &[
    "adds",
    "burn",
    "burns",
    "consume",
    "consumed",
    "consumes",
    "consuming",
    "eat",
    "eats",
    "occupies",
    "occupy",
    "spend",
    "spends",
    "take",
    "takes",
    "taking",
    "use",
    "uses",
    "using",
    "waste",
    "wastes",
    "wasting",
    "accounts",
];

/// The same behind the number: "80 % of the context consumed before work begins".
pub(super) const SPENT: &[&str] = &["burned", "consumed", "gone", "spent", "wasted"];

/// Words that tell that a number is what remains, not what is used.
pub(super) const REMAINDERS: &[&str] = &[
    "remaining",
    "remains",
    "remain",
    "left",
    "free",
    "available",
    "last",
    "남은",
    "剩余",
    "残り",
    "verbleibend",
];

const STOP: &[&str] = &[
    "stop",
    "critical",
    "must",
    "block",
    "blocks",
    "now",
    "immediately",
    "emergency",
    "halt",
    "never",
    "mandatory",
    "forced",
    "force",
    "danger",
    "red",
    "crit",
    "hard",
    "중단",
    "停止",
    "required",
];
const WARN: &[&str] = &[
    "warn", "warning", "warnings", "warns", "caution", "yellow", "soon", "orange", "alert", "警告", "경고",
    "amber",
];
const NOTICE: &[&str] = &[
    "suggest",
    "consider",
    "notice",
    "info",
    "plan",
    "note",
    "recommend",
    "recommended",
    "notify",
    "soft",
    "제안",
];

/// What the words from `first` up to `end` ask for: the gravest of `stop`, `warn` and `notice`.
pub(super) fn level(line: &Line<'_>, first: usize, end: usize) -> Option<&'static str> {
    [("stop", STOP), ("warn", WARN), ("notice", NOTICE)]
        .into_iter()
        .find(|(_, list)| line.has(first, end, list))
        .map(|(level, _)| level)
}

/// The graver of two levels.
pub(super) fn graver(one: Option<&'static str>, other: Option<&'static str>) -> Option<&'static str> {
    let rank = |level: Option<&str>| match level {
        Some("stop") => 3,
        Some("warn") => 2,
        Some(_) => 1,
        None => 0,
    };
    if rank(other) > rank(one) { other } else { one }
}
