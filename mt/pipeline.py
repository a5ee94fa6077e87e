"""The straight line as one object: an Arabic article in, its translation and summary out, with their signature."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from importlib.metadata import version
from itertools import islice
from typing import Self

from pydantic import BaseModel

import mt
from mt.checks import CHECKS_VERSION
from mt.config import Config, SummarizeConfig, TranslateConfig
from mt.engines import TextGenerator
from mt.errors import InputError, ModelError, MtError
from mt.records import Article, Failure, Report, Summary, Timing, Translation
from mt.summarize import Summarizer
from mt.text import CLEANING_VERSION, SEGMENTATION_VERSION
from mt.translate import Translator, as_english

WINDOW = 16
"""Articles whose segments share batches; results come out a window at a time."""


class Pipeline:
    """Translates and summarizes articles with the models of one configuration.

    `Pipeline.from_config(config)(article)` gives one report; `run` gives many, in the order of the articles. Without a
    translator the articles must be English already; without a summarizer the reports have no summary.
    """

    def __init__(self, translator: Translator | None, summarizer: Summarizer | None, signature: str) -> None:
        self.translator = translator
        self.summarizer = summarizer
        self.signature = signature

    @classmethod
    def from_config(cls, config: Config, *, translate: bool = True) -> Self:
        """Find and load the models; `translate=False` leaves the translator out.

        Raises `ModelError` when a model cannot be had, `ConfigError` when it does not fit its settings.
        """
        parts = [f"mt={mt.__version__} clean={CLEANING_VERSION} segment={SEGMENTATION_VERSION} checks={CHECKS_VERSION}"]
        translator = summarizer = None
        if translate:
            generator, name = _load(config, config.translate)
            translator = Translator(generator, config.translate)
            parts.append(f"translate: {name}")
        if config.summarize.enabled:
            generator, name = _load(config, config.summarize)
            summarizer = Summarizer(generator, config.summarize)
            parts.append(f"summarize: {name}")
        engines = {stage.model.engine for stage in (config.translate, config.summarize)}
        parts.append(" ".join(f"{package}={version(package)}" for package in _deciding_packages(engines)))
        return cls(translator, summarizer, " | ".join(parts))

    def __call__(self, article: Article) -> Report:
        """The report of one article.

        Raises `InputError` when it is not Arabic and the configuration refuses that, `ModelError` when a model fails.
        """
        [result] = self._window([article])
        if isinstance(result, MtError):
            raise result
        return result

    def run(self, articles: Iterable[Article | Failure]) -> Iterator[Report | Failure]:
        """One result for each article, in order: what could not be read stays a failure, what fails becomes one."""
        source = iter(articles)
        while window := list(islice(source, WINDOW)):
            done = iter(self._window([a for a in window if isinstance(a, Article)]))
            for item in window:
                result = next(done) if isinstance(item, Article) else item
                yield _failure(item, result) if isinstance(result, MtError) else result

    def _window(self, articles: Sequence[Article]) -> list[Report | MtError]:
        """Report or error for each article, in order; the texts of all of them share the models' batches."""
        errors = {i: error for i, article in enumerate(articles) if (error := self._refusal(article))}
        good = [article for i, article in enumerate(articles) if i not in errors]
        start = time.perf_counter()
        translations = self._translate(good)
        middle = time.perf_counter()
        english = [t for t in translations if isinstance(t, Translation)]
        summaries = iter(self.summarizer.summarize(english) if self.summarizer else [None] * len(english))
        seconds = (middle - start, time.perf_counter() - middle)
        total = sum(len(article.text) for article in good)
        done = iter(
            t
            if isinstance(t, MtError)
            else self._report(a, t, next(summaries), [s * len(a.text) / total for s in seconds])
            for a, t in zip(good, translations, strict=True)
        )
        return [errors[i] if i in errors else next(done) for i in range(len(articles))]

    def _refusal(self, article: Article) -> MtError | None:
        try:
            if not article.text.strip():
                raise InputError(f"{article.place or article.id}: empty: the article has no text")
            if self.translator:
                self.translator.check(article)
        except InputError as error:
            return error
        return None

    def _translate(self, articles: Sequence[Article]) -> Sequence[Translation | ModelError]:
        return self.translator.translate(articles) if self.translator else [as_english(a) for a in articles]

    def _report(self, article: Article, t: Translation, summary: Summary | None, seconds: Sequence[float]) -> Report:
        stages = zip(("translate", "summarize"), seconds, (self.translator, self.summarizer), strict=True)
        timings = tuple(Timing(stage, share) for stage, share, used in stages if used)
        return Report(article, t, summary, self.signature, timings)


def _deciding_packages(engines: Collection[str]) -> tuple[str, ...]:
    """The packages whose versions may decide what these engines write."""
    own = {"transformers": ("torch", "transformers"), "ctranslate2": ("ctranslate2",)}
    return (*(package for engine in sorted(engines) for package in own[engine]), "tokenizers", "sentencepiece")


def _load(config: Config, stage: TranslateConfig | SummarizeConfig) -> tuple[TextGenerator, str]:
    """The stage's model, ready, and all that decides its output in one line."""
    from mt.engines.loading import load_generator
    from mt.engines.store import cache_folder, resolve

    folder = resolve(stage.model, offline=config.offline, cache=cache_folder(config.cache))
    values = {"target_words": stage.length.target_words} if isinstance(stage, SummarizeConfig) else {}
    generator = load_generator(folder.path, stage.model, stage.decoding, values, cache_folder(config.cache))
    return generator, stage_signature(f"{folder.name}@{folder.revision}", generator, stage)


def stage_signature(name: str, generator: TextGenerator, stage: TranslateConfig | SummarizeConfig) -> str:
    """All settings that decide a stage's output, in one line; `name` is the model's with its revision."""
    model, decoding = _settings(stage.model, leave_out=_MODEL_SAID_OTHERWISE), _settings(stage.decoding)
    own = stage.model_dump(exclude=_SECTIONS)
    length = _settings(stage.length, keep_defaults=True) if isinstance(stage, SummarizeConfig) else ""
    rest = " ".join(f"{key}={value!r}" for key, value in own.items())
    parts = [
        name,
        generator.description,
        f"max_input_tokens={generator.max_input_tokens}",
        model,
        decoding,
        length,
        rest,
    ]
    return " ".join(part for part in parts if part)


_SECTIONS = {"enabled", "model", "decoding", "length"}
# In the signature these stand in another form, or they do not decide the output (batch_tokens, licence).
_MODEL_SAID_OTHERWISE = frozenset(
    "source revision sha256 license noncommercial engine device dtype threads max_input_tokens batch_tokens".split()
)


def _settings(section: BaseModel, leave_out: frozenset[str] = frozenset(), *, keep_defaults: bool = False) -> str:
    """`key=value` of the settings that differ from the schema's defaults; texts with spaces as Python literals."""
    values = section.model_dump(exclude_defaults=not keep_defaults)
    return " ".join(f"{key}={value!r}" for key, value in values.items() if key not in leave_out)


def _failure(item: Article | Failure, error: MtError) -> Failure:
    place = item.place if isinstance(item, Article) else ""
    return Failure(item.id, place, type(error).__name__, str(error))
