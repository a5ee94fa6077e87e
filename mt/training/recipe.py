"""The whole way: start model and pairs in, a folder that mt loads and its card out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout

from mt.engines.cores import threads
from mt.engines.devices import Placement, look, place
from mt.engines.feeding import Seq2SeqFeeder
from mt.engines.models.checkpoint import Checkpoint, open_checkpoint
from mt.engines.models.folders import ModelFolder
from mt.engines.models.store import cache_folder, resolve
from mt.errors import OutputError
from mt.files import write_whole
from mt.terms.hints import lexicons_fingerprint, load_lexicons
from mt.terms.matching import Matcher
from mt.training.card import CARD, Facts, Scores, Start, card, hardware, software
from mt.training.examples import DevSet, Encoder, Examples, load_dev, load_examples, sample
from mt.training.export import export_model, export_packed, score_folder, score_packed
from mt.training.loop import End, Training, Watch, banned_tokens, dev_decoding
from mt.training.pairs import FileAccount
from mt.training.settings import TrainingConfig
from mt.training.spelling import Spelling
from mt.training.state import CHECKPOINT, Evaluation, Progress
from mt.training.switching import open_switcher

MODEL, PACKED_MODEL, RECORD = "model", "packed", "training.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a training came to; without `model` it was stopped, and the same call goes on."""

    end: End
    progress: Progress
    model: Path | None = None
    packed: Path | None = None
    best: Evaluation | None = None
    scores: Scores | None = None


@dataclass(frozen=True, slots=True)
class _Data:
    examples: Examples
    dev: tuple[FileAccount, ...]
    sample: tuple[DevSet, ...]


def train(config: TrainingConfig, folder: Path, watch: Watch) -> Outcome:
    """Train, or go on with what is in the folder, and export the best weights to `folder/model` (and `packed`).

    Killed at any moment, the same call goes on from the last checkpoint; with limits in steps and epochs, and on a CPU
    of as many threads, it ends with the same weights as without the kill.

    Raises `ConfigError` when the settings do not fit the model or the machine, `InputError` for pairs that cannot be
    read, `ModelError` when the model cannot be had or diverges, `OutputError` when the folder cannot be used.
    """
    torch.set_num_threads(threads(config.model.threads))
    with _own(folder):
        start = resolve(config.model, offline=config.offline, cache=cache_folder(config.cache))
        checkpoint = _opened(config, start.path)
        data = _load(config, checkpoint, watch)
        training = Training(config, checkpoint, data.examples, data.sample, folder)
        end = training.run(watch, _identity(config, start, data))
        if end == "stopped":
            return Outcome(end, training.progress)
        del checkpoint  # with `training`, or two models would be held during the export
        epochs, progress = training.epochs, training.progress
        del training
        return _exported(config, start, folder, watch, _facts(config, start, folder, data, (end, progress, epochs)))


@contextmanager
def _own(folder: Path) -> Iterator[None]:
    """The folder for this process alone. Raises `OutputError` when another trains in it, or made what stands there."""
    lock = FileLock(folder / ".lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise OutputError(f"{folder}: another training works in this folder") from None
    except OSError as error:
        raise OutputError(f"{folder}: cannot be used: {error.strerror or error}") from error
    try:
        foreign = [name for name in (MODEL, PACKED_MODEL) if (folder / name).exists()]
        if foreign and not (folder / CHECKPOINT).exists():
            raise OutputError(f"{folder}: holds {foreign[0]}/, which no training here made; choose another folder")
        yield
    finally:
        lock.release()


def _placement(config: TrainingConfig) -> Placement:
    """Where training runs, and the precision of its forward passes."""
    facts = look()
    placement = place(config.model.device, config.model.dtype, facts)
    # float16 without scaled losses underflows, so a GPU without bfloat16 computes in float32.
    return placement if placement.dtype != "float16" else Placement(placement.device, "float32")


def _opened(config: TrainingConfig, start: Path) -> Checkpoint:
    """The start model with weights in float32; its placement says what to compute in."""
    placement = _placement(config)
    checkpoint = open_checkpoint(start, "seq2seq", Placement(placement.device, "float32"))
    return replace(checkpoint, placement=placement)


def _load(config: TrainingConfig, checkpoint: Checkpoint, watch: Watch) -> _Data:
    feeder = Seq2SeqFeeder(checkpoint.tokenizer, checkpoint.facts, config.model)
    lexicons = load_lexicons(config.dev_lexicons) if config.dev else ()
    hinter = Matcher(lexicons) if lexicons else None
    dev, accounts = load_dev(config.dev, feeder, config.data, watch.tell, hinter)
    held_out = frozenset(pair.source for each in dev for pair in each.pairs)
    spell = Spelling(checkpoint.tokenizer, banned_tokens(checkpoint))
    encode = Encoder(feeder, config.data, spell, held_out)
    switch = open_switcher(config.lexicons, config.data.hint_share, config.seed)
    examples = load_examples(config.pairs, encode, watch.tell, switch)
    return _Data(examples, accounts, tuple(sample(each, config.evaluate.sample, config.seed) for each in dev))


def _identity(config: TrainingConfig, start: ModelFolder, data: _Data) -> str:
    """Everything that decides what is learned, but for limits and device: these may change when training goes on."""
    model = config.model
    settings = config.model_dump(mode="json", include={"data", "optimizer", "seed"})
    flat = {f"{part}.{key}": value for part in ("data", "optimizer") for key, value in settings[part].items()}
    return json.dumps(
        {
            **flat,
            "seed": config.seed,
            "model": f"{model.source}@{start.revision}",
            "languages": [model.prefix, model.source_code, model.target_code],
            "pairs": [[account.sha256, account.weight] for account in data.examples.accounts],
            "dev": [account.sha256 for account in data.dev],
            "data.hints": lexicons_fingerprint(config.lexicons),
            "evaluate": [
                config.evaluate.sample,
                config.evaluate.metric,
                config.evaluate.num_beams,
                lexicons_fingerprint(config.dev_lexicons) if config.dev else "",
            ],
        },
        sort_keys=True,
    )


def _facts(
    config: TrainingConfig, start: ModelFolder, folder: Path, data: _Data, result: tuple[End, Progress, float]
) -> Facts:
    end, progress, epochs = result
    device = _placement(config).device
    return Facts(
        name=config.export.name or folder.resolve().name,
        date=datetime.now(UTC).date().isoformat(),
        start=Start(start.name, start.revision, start.license),
        license=config.export.license or start.license,
        pairs=data.examples.accounts,
        dev=data.dev,
        sample=data.sample,
        end=end,
        epochs=epochs,
        progress=progress,
        hardware=hardware(device, threads(config.model.threads)),
        software=software(),
    )


def _exported(config: TrainingConfig, start: ModelFolder, folder: Path, watch: Watch, facts: Facts) -> Outcome:
    model, packed = folder / MODEL, folder / PACKED_MODEL if config.export.packed else None
    best = export_model(config, start.path, folder, model)
    decoding = dev_decoding(config.evaluate)
    scores = Scores(score_folder(model, config.model, facts.sample, decoding))
    if packed is not None:
        watch.tell(str(export_packed(model, packed)))
        scores = Scores(scores.exported, score_packed(packed, config.model, facts.sample, decoding))
    for place_ in (model, *([packed] if packed else [])):
        write_whole(place_ / CARD, card(facts, best, scores, config))
    outcome = Outcome(facts.end, facts.progress, model, packed, best, scores)
    write_whole(folder / RECORD, json.dumps(_record(facts, outcome, config), indent=1, ensure_ascii=False) + "\n")
    watch.tell(_told(outcome))
    return outcome


def _record(facts: Facts, outcome: Outcome, config: TrainingConfig) -> dict[str, Any]:
    """What the card says, as JSON holds it."""
    plain = ("name", "date", "license", "end", "epochs", "hardware", "software")
    return {
        **{name: getattr(facts, name) for name in plain},
        "start": asdict(facts.start),
        "progress": asdict(facts.progress),
        "best": None if outcome.best is None else asdict(outcome.best),
        "scores": None if outcome.scores is None else asdict(outcome.scores),
        "pairs": [asdict(account) for account in facts.pairs],
        "dev": [asdict(account) for account in facts.dev],
        "settings": config.model_dump(mode="json"),
    }


def _told(outcome: Outcome) -> str:
    """The result in a line."""
    if outcome.best is None or outcome.scores is None or not outcome.scores.exported:
        return f"the weights after step {outcome.progress.step} were exported; without --dev they have no score"
    if outcome.best.step == 0 and outcome.progress.step > 0:
        return "nothing that was learned was better than the start model, so its weights were exported"
    pairs = zip(outcome.progress.evaluations[0].sets, outcome.scores.exported, strict=True)
    changes = (
        f"{first.name}: chrF {first.chrf:.2f} -> {last.chrf:.2f}, BLEU {first.bleu:.2f} -> {last.bleu:.2f}"
        for first, last in pairs
    )
    return f"{'; '.join(changes)}; weights of step {outcome.best.step}"
