"""Tells in seconds whether a configuration will work here, and whether its models are sound.

The cheap part looks at files, licence, device, disk and versions. The full part also loads each model and tries it on
sentinels: texts whose right output is known. Marian models have turned into writers of fluent garbage on upgrades more
than once, without an error (transformers#26271, #45005). What such a model writes looks likely to itself; that it finds
the right translation of one sentence no likelier than that of another gives it away.
"""

from __future__ import annotations

import platform
import shutil
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal, TypeAlias

from mt.config import Config, Decoding, ModelConfig, SummarizeConfig, TranslateConfig
from mt.engines import BATCH_INVARIANT, ScoringGenerator, TextGenerator
from mt.engines.models.fixture import SENTENCES, SUMMARIES
from mt.errors import ConfigError, ModelError, MtError
from mt.pipeline import load_stage
from mt.signatures import PACKAGES, Resolved
from mt.sources import EmbeddedSource, FolderSource, parse_source
from mt.summaries.shapes import shape
from mt.terms import lexicons_fingerprint

Level: TypeAlias = Literal["ok", "warn", "fail"]
Pairs: TypeAlias = Sequence[tuple[str, str]]

LEAST_GAP = 1.0
LEAST_SCORE = -4.5
"""Bounds in nats for each token. The right output must be that much likelier than another text's, and at least so
likely. Measured: the embedded translator -0.3 and a gap of 4.6, SmolLM2-135M -1.3 and 3.5; the translator with shuffled
embeddings (three shuffles) -11.3 … -11.9 and a gap of -0.2 … 0.1."""

UNSURE = 4.1
"""Times the median score of `SENTENCES` that `translate.min_score` is. The embedded model's bound was chosen on news
(-0.9; 6 % of the first outputs on varied news lie under it), its median here is -0.22; another model has another."""

_ROOM = 2_000_000_000
_LEAST_ROOM = 200_000_000
_PROBE = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `fail` means that a run cannot work or must not be trusted."""

    level: Level
    subject: str
    message: str

    def __str__(self) -> str:
        return f"{self.level:<4}  {self.subject:<18} {self.message}"


def examine(config: Config) -> Iterator[Finding]:
    """All findings, one by one as they are made: the cheap ones first, then each model on its sentinels."""
    failed = False
    resolved = Resolved(config)
    for finding in look_over(config, resolved=resolved):
        failed |= finding.level == "fail"
        yield finding
    if failed:
        return
    for use in config.uses:
        try:
            generator, _ = load_stage(resolved, use.stage)
        except MtError as error:
            yield Finding("fail", f"{use.path}.model", str(error))
            continue
        yield Finding(
            "ok", f"{use.path}.model", f"{generator.description}, input up to {generator.max_input_tokens} tokens"
        )
        known = _asked(use.stage) if isinstance(use.stage, SummarizeConfig) else SENTENCES[:8]
        findings = list(sentinels(use.path, generator, known, use.stage.decoding))
        yield from findings
        if all(finding.level == "ok" for finding in findings):
            yield batching(use.path, generator, [text for text, _ in known], use.stage.decoding)
            if isinstance(use.stage, TranslateConfig):
                yield certainty(use.path, generator, use.stage)


def look_over(config: Config, *, import_torch: bool = True, resolved: Resolved | None = None) -> Iterator[Finding]:
    """The cheap findings: no weights are read.

    Devices of the transformers engine are left out where torch, which takes seconds, must not be imported.
    """
    yield Finding("ok", "python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield from _versions(config)
    resolved = resolved or Resolved(config)
    yield from _disk(resolved)
    yield _glossaries(resolved)
    for name, model in config.models.items():
        yield _files(resolved, name, model)
        yield _licence(name, model)
        if import_torch or model.engine == "ctranslate2":
            yield _device(name, model)


def sentinels(name: str, generator: ScoringGenerator, pairs: Pairs, decoding: Decoding) -> Iterator[Finding]:
    """Whether the model finds right outputs likely, likelier than those of other texts, and writes anything."""
    subject = f"{name}.sentinel"
    texts, right = [text for text, _ in pairs], [output for _, output in pairs]
    try:
        own = statistics.fmean(generator.score(texts, right))
        gap = own - statistics.fmean(generator.score(texts, [*right[1:], right[0]]))
        written = generator.generate(texts[:1], decoding)[0].text
    except ModelError as error:
        yield Finding("fail", subject, str(error))
        return
    written = " ".join(written.split())
    told = f"right outputs {own:.2f} nats a token, {gap:.2f} likelier than others; wrote {written[:80]!r}"
    if not own >= LEAST_SCORE or not gap >= LEAST_GAP:
        yield Finding(
            "fail",
            subject,
            f"{told}; expected at least {LEAST_SCORE} and a gap of {LEAST_GAP}: the weights are damaged, do not belong "
            "to the tokenizer or are loaded wrongly by this version, or the model is not for this task",
        )
    elif not written:
        yield Finding("fail", subject, f"{told}: the model writes nothing")
    else:
        yield Finding("ok", subject, told)


def batching(name: str, generator: TextGenerator, texts: Sequence[str], decoding: Decoding) -> Finding:
    """Whether each output has the same bits alone, and among the others in a batch, where its engine promises that.

    Every text stands twice in the call, so that batches of one length are shared, too. Outputs end after `_PROBE`
    tokens: a difference in rounding shows in the score of the first ones.
    """
    subject = f"{name}.batching"
    if BATCH_INVARIANT not in generator.description.split():
        return Finding(
            "ok", subject, "other texts in the batch may change the last digits of scores, and sometimes a word"
        )
    short = decoding.model_copy(update={"max_new_tokens": min(_PROBE, decoding.max_new_tokens), "min_new_tokens": 0})
    try:
        alone = [generator.generate([text], short)[0] for text in texts]
        together = generator.generate([*texts, *reversed(texts)], short)
    except ModelError as error:
        return Finding("fail", subject, str(error))
    differing = sum(one != other for one, other in zip([*alone, *reversed(alone)], together, strict=True))
    if differing:
        return Finding(
            "fail",
            subject,
            f"{differing} of {len(together)} outputs are not those of their text alone, which this engine promises on "
            "this processor; please report it, with the lines above",
        )
    return Finding("ok", subject, f"{len(texts)} texts alone and together: the same outputs and scores, bit for bit")


def certainty(name: str, generator: TextGenerator, stage: TranslateConfig) -> Finding:
    """What `min_score` should be for this model, by the scores of its outputs for known sentences; see `UNSURE`.

    A warning where the configured one is no bound at all: over half as high, or over twice as low.
    """
    subject = f"{name}.min_score"
    try:
        outputs = generator.generate([text for text, _ in SENTENCES], stage.decoding)
    except ModelError as error:
        return Finding("fail", subject, str(error))
    scores = [output.score for output in outputs if output.score is not None]
    if len(scores) < len(outputs):
        return Finding("ok", subject, "this model gives no scores, so no sentence is marked as unsure")
    usual = statistics.median(scores)
    wanted = round(UNSURE * usual, 2)
    told = f"outputs for {len(scores)} known sentences have a median score of {usual:.2f}"
    if stage.min_score is None:
        return Finding("ok", subject, f"null, so no sentence is marked as unsure; {told}, for which {wanted} is usual")
    if not wanted * 2 <= stage.min_score <= wanted / 2:
        return Finding("warn", subject, f"{stage.min_score:g}, but {told}, for which {wanted} is usual")
    return Finding("ok", subject, f"{stage.min_score:g}; {told}, for which {wanted} is usual")


def _asked(stage: SummarizeConfig) -> Pairs:
    """The known texts as the summarizer asks for their summaries."""
    paragraph = shape(stage, "paragraph")
    sizes = [paragraph.size(len(text.split()), len(text.split())) for text, _ in SUMMARIES]
    return [(paragraph.message("", text, size), said) for size, (text, said) in zip(sizes, SUMMARIES, strict=True)]


def _versions(config: Config) -> Iterator[Finding]:
    engines = sorted({model.engine for model in config.models.values()})
    for package in dict.fromkeys(package for engine in engines for package in PACKAGES[engine]):
        try:
            yield Finding("ok", package, version(package))
        except PackageNotFoundError:
            yield Finding("fail", package, "not installed; run scripts/setup, or pip install -r requirements.txt")


def _disk(resolved: Resolved) -> Iterator[Finding]:
    cache = resolved.cache
    there = next(folder for folder in (cache, *cache.absolute().parents) if folder.exists())
    free = shutil.disk_usage(there).free
    # With all models here a run may have nothing left to put into the cache: want of room is then no reason to refuse.
    missing = any(_files(resolved, name, model).level != "ok" for name, model in resolved.config.models.items())
    level: Level = "ok" if free >= _ROOM else "warn" if free >= _LEAST_ROOM or not missing else "fail"
    yield Finding(level, "disk", f"{free / 1e9:.1f} GB free for the model cache {cache}")


def _glossaries(resolved: Resolved) -> Finding:
    """Whether glossaries and own lexicons can be read. That of the package takes a second and is sound by its tests."""
    hints = resolved.config.translate.hints
    try:
        glossaries = resolved.glossaries
        lexicons_fingerprint(hints)
    except ConfigError as error:
        return Finding("fail", "glossaries", str(error))
    terms = sum(len(each.entries) for each in glossaries)
    rare = f"; hints for rare words from {', '.join(hints)}" if hints else ""
    return Finding("ok", "glossaries", f"{len(glossaries)} with {terms} terms{rare}")


def _files(resolved: Resolved, name: str, model: ModelConfig) -> Finding:
    """Whether the model is here; nothing is fetched to find out."""
    subject = f"{name}.files"
    try:
        folder = resolved.folder(model, fetch=False)
    except ModelError as error:
        if resolved.config.offline or isinstance(parse_source(model.source), (FolderSource, EmbeddedSource)):
            return Finding("fail", subject, str(error))
        return Finding(
            "warn", subject, f"{model.source}: not on this machine yet; it will be downloaded by the first run"
        )
    return Finding("ok", subject, f"{folder.name}@{folder.revision} in {folder.path}")


def _licence(name: str, model: ModelConfig) -> Finding:
    subject = f"{name}.licence"
    if model.license is None:
        return Finding(
            "warn", subject, f"not known for {model.source}; see its model card and set {name}.model.license"
        )
    if model.noncommercial or "-nc" in model.license.lower():
        return Finding("warn", subject, f"{model.license}: not for commercial use")
    return Finding("ok", subject, model.license)


def _device(name: str, model: ModelConfig) -> Finding:
    """Device and precision, as the engine would choose them."""
    from mt.engines.loading import placement_of

    try:
        placement = placement_of(model)
    except MtError as error:
        return Finding("fail", f"{name}.device", str(error))
    return Finding("ok", f"{name}.device", f"{model.engine} on {placement.device} in {placement.dtype}")
