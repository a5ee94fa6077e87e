"""The card of a trained model: what it learned from, how, what it scores, and where that ends."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path

import yaml

from mt.training.examples import DevSet
from mt.training.loop import End
from mt.training.pairs import FileAccount
from mt.training.settings import TrainingConfig
from mt.training.state import Evaluation, Progress, SetScores

CARD = "CARD.md"


@dataclass(frozen=True, slots=True)
class Start:
    """The model that training started from; `license` as its card gives it, None where it gives none."""

    name: str
    revision: str
    license: str | None


@dataclass(frozen=True, slots=True)
class Scores:
    """Of the exported folder and of its packed form on each development set; empty without any."""

    exported: tuple[SetScores, ...]
    packed: tuple[SetScores, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a training when it is over; `sample` is what it was evaluated on."""

    name: str
    date: str
    start: Start
    license: str | None
    pairs: tuple[FileAccount, ...]
    dev: tuple[FileAccount, ...]
    sample: tuple[DevSet, ...]
    end: End
    epochs: float
    progress: Progress
    hardware: str
    software: str

    @property
    def scored(self) -> int:
        """Sentences that an evaluation translates."""
        return sum(len(each.pairs) for each in self.sample)


def card(facts: Facts, best: Evaluation | None, scores: Scores, config: TrainingConfig) -> str:
    """The card as Markdown, with the front matter of the Hub; `best` are the scores of the weights that were kept."""
    parts = (
        _front(facts),
        _about(facts),
        _training(facts, best),
        _scores(facts, best, scores, config),
        _data(facts),
        _limits(facts, best),
    )
    return "\n".join((*parts, _settings(config)))


def hardware(device: str, threads: int) -> str:
    """What the training ran on, in a line."""
    import torch

    if device.startswith("cuda"):
        return f"1 × {torch.cuda.get_device_name(device)}"
    return f"{threads} threads of {_processor()}"


def software() -> str:
    """Versions of what decided the result."""
    import torch
    import transformers

    import mt

    return f"mt {mt.__version__}, torch {torch.__version__}, transformers {transformers.__version__}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # not Linux
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _front(facts: Facts) -> str:
    values = {
        **({"license": facts.license.lower()} if facts.license else {}),
        "language": ["ar", "en"],
        "pipeline_tag": "translation",
        "base_model": facts.start.name,
    }
    return f"---\n{yaml.safe_dump(values, sort_keys=False, allow_unicode=True)}---\n"


def _about(facts: Facts) -> str:
    return f"""# {facts.name}

An Arabic to English sentence translator, trained with `mt train` from {facts.start.name}
(revision {facts.start.revision}).

- Date: {facts.date}
- Licence: {facts.license or "not stated"}. That of the start model: {facts.start.license or "not stated"}. \
Whether the licences of the pairs below allow a use of the weights is for whoever trained them to say.
"""


def _training(facts: Facts, best: Evaluation | None) -> str:
    progress = facts.progress
    ended = {
        "epochs": "all epochs were done",
        "max_steps": "the limit of steps was reached",
        "minutes": "the time was used up",
        "patience": "the score had stopped rising",
        "stopped": "it was stopped",
    }[facts.end]
    kept = f"step {best.step}, the best of {len(progress.evaluations)} evaluations" if best else "the last step"
    if best and best.step == 0:
        kept = "step 0: **nothing that was learned was better than the start model, so these are its weights**"
    return f"""## Training

{progress.step:,} steps, {facts.epochs:.2f} epochs, {progress.tokens:,} target tokens, {progress.seconds / 60:.1f} \
minutes; ended because {ended}. Weights kept: {kept}.

- Method: cross-entropy with label smoothing, AdamW, batches of like length; all settings are at the end.
- Hardware: {facts.hardware}
- Software: {facts.software}
"""


def _scores(facts: Facts, best: Evaluation | None, scores: Scores, config: TrainingConfig) -> str:
    if best is None:
        return "## Scores\n\nNone: there were no development pairs.\n"
    rows = [("start", facts.progress.evaluations[0].sets), ("best during training", best.sets)]
    rows += [(name, sets) for name, sets in (("exported", scores.exported), ("packed int8", scores.packed)) if sets]
    lines = "\n".join(f"| {name} | {_cells(sets)} |" for name, sets in rows)
    curve = "\n".join(
        f"| {each.step} | {each.seconds / 60:.1f} | {'' if each.loss is None else f'{each.loss:.3f}'} "
        f"| {_cells(each.sets)} |"
        for each in facts.progress.evaluations
    )
    sizes = ", ".join(f"{len(each.pairs)} of {each.name}" for each in facts.sample)
    search = "Greedy" if config.evaluate.num_beams == 1 else f"Beam {config.evaluate.num_beams}"
    hints = f"with hints of {', '.join(config.dev_lexicons)}" if config.dev_lexicons else "without hints"
    heads = " | ".join(f"{each.name} chrF | BLEU" for each in facts.sample)
    rule = "|".join("---" for _ in range(2 * len(facts.sample)))
    return f"""## Scores

{search}, {hints}; development sentences: {sizes}. sacrebleu's defaults (chrF2; BLEU with tok:13a).

| weights | {heads} |
|---|{rule}|
{lines}

| step | minutes | training loss | {heads} |
|---|---|---|{rule}|
{curve}
"""


def _cells(sets: tuple[SetScores, ...]) -> str:
    return " | ".join(f"{each.chrf:.2f} | {each.bleu:.2f}" for each in sets)


def _data(facts: Facts) -> str:
    lines = "\n".join(
        [_row("training", account) for account in facts.pairs] + [_row("development", account) for account in facts.dev]
    )
    return f"""## Data

None of these texts is in the model's folder.

| use | file | pairs used | code-switched copies | of | weight | licence | left out | sha256 |
|---|---|---|---|---|---|---|---|---|
{lines}
"""


def _row(use: str, account: FileAccount) -> str:
    left_out = "; ".join(f"{skip.count}: {skip.reason}" for skip in account.skipped) or "none"
    counts = (f"{account.used:,}", f"{account.hinted:,}", f"{account.lines:,}")
    cells = (use, account.name, *counts, f"{account.weight:g}")
    return f"| {' | '.join((*cells, account.license or 'not stated', left_out, f'`{account.sha256}`'))} |"


def _limits(facts: Facts, best: Evaluation | None) -> str:
    chosen = (
        f"The weights were chosen by the scores above, on {facts.scored} sentences: they flatter a little. "
        "Compare on other texts before use."
        if best
        else "Nothing is known of its quality: it was trained without development pairs."
    )
    return f"""## Limits

- {chosen}
- It translates sentences. What {facts.start.name} is weak at, and its training did not show it, it is still weak at;
  text unlike the pairs may have become worse than with {facts.start.name}.
"""


def _settings(config: TrainingConfig) -> str:
    # The files stand in the table, without the folders of the machine; cache and network decide nothing.
    values = config.model_dump(mode="json", exclude={"pairs", "dev", "cache", "offline", "checkpoint_minutes"})
    values["model"] = {key: value for key, value in values["model"].items() if value not in (None, "", {})}
    return f"## Settings\n\n```yaml\n{yaml.safe_dump(values, sort_keys=False, allow_unicode=True)}```\n"
