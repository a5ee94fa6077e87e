"""An evaluation for readers (Markdown tables) and for programs (JSON)."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence

from mt.evaluation.scores import SIGNIFICANT, Evaluation, Score, SystemScores

HIGHER, LOWER = "▲", "▼"

_ITEMS = {"translation": "translations", "summaries": "summaries"}
_PIECES = {"translation": "translated segments", "summaries": "summary sentences"}


def as_json(evaluation: Evaluation) -> str:
    """Everything that was measured, in full precision; the field names are those of `mt.evaluation.scores`."""
    record = {"baseline": evaluation.baseline, **dataclasses.asdict(evaluation)}
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def as_markdown(evaluation: Evaluation) -> str:
    """The scores as a table with a row for each system, the flags' rates as another, and how to read them."""
    systems = evaluation.systems
    parts = [_heading(evaluation), _table(systems, lambda system: system.scores), _reading(evaluation)]
    if any(system.flags for system in systems):
        parts += [_about_flags(evaluation), _table(systems, lambda system: system.flags)]
    return "\n\n".join([*parts, _signatures(systems)]) + "\n"


def _heading(evaluation: Evaluation) -> str:
    return (
        f"{evaluation.items:,} {_ITEMS[evaluation.kind]}; in brackets 95 % confidence intervals "
        f"({evaluation.resamples:,} bootstrap resamples)"
    )


def _table(systems: Sequence[SystemScores], part: Callable[[SystemScores], Sequence[Score]]) -> str:
    names = list(dict.fromkeys(score.metric for system in systems for score in part(system)))
    best = {
        name: max(score.value for system in systems for score in part(system) if score.metric == name) for name in names
    }
    baseline = {score.metric: score.value for score in part(systems[0])}
    rows = [["system", *names], ["---", *("---:" for _ in names)]]
    for system in systems:
        cells = {score.metric: _cell(score, best, baseline, alone=len(systems) == 1) for score in part(system)}
        rows.append([_escaped(system.name), *(cells.get(name, "") for name in names)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(score: Score, best: dict[str, float], baseline: dict[str, float], *, alone: bool) -> str:
    value = f"{score.value:.1f}"
    if score.better and not alone and score.value == best[score.metric]:
        value = f"**{value}**"
    mark = ""
    if score.is_significant and score.metric in baseline:
        mark = f" {HIGHER if score.value > baseline[score.metric] else LOWER}"
    return f"{value} [{score.low:.1f}, {score.high:.1f}]{mark}"


def _reading(evaluation: Evaluation) -> str:
    if len(evaluation.systems) == 1:
        return f"Scores of {evaluation.baseline} alone: nothing to compare it with."
    return (
        f"Bold: the best. {HIGHER} {LOWER}: better or worse than {evaluation.baseline}, statistically significant "
        f"(paired test, p < {SIGNIFICANT}); no mark: no difference shown."
    )


def _about_flags(evaluation: Evaluation) -> str:
    alike = len({tuple(score.metric for score in system.flags) for system in evaluation.systems}) == 1
    empty = "" if alike else " (empty: cannot be seen in the text alone)"
    return f"Percentage of {_PIECES[evaluation.kind]} that the checks flag{empty}:"


def _signatures(systems: Sequence[SystemScores]) -> str:
    """Each setting once: by metric (of the last system, which was tested), then by system."""
    measured = {score.metric: score.signature for score in systems[-1].scores}
    lines = [f"- {metric}: `{signature}`" for metric, signature in measured.items()]
    lines += [f"- {_escaped(system.name)}, made by: `{system.made_by}`" for system in systems if system.made_by]
    return "\n".join(lines)


def _escaped(name: str) -> str:
    return name.replace("|", "\\|")
