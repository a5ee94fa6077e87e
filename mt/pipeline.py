"""The straight line as one object: an Arabic article in, its translation and summary out, with their signature."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Self

from pydantic import BaseModel

import mt
from mt.activity import Activity, listener, listening, stage
from mt.checks import CHECKS_VERSION
from mt.config import BatchConfig, Config, ConfigSource, Stage, SummarizeConfig, TranslateConfig, as_config
from mt.engines import ENGINES_VERSION, Entailment, ScoringGenerator, TextGenerator
from mt.engines.prompts import with_open_message
from mt.errors import InputError, ModelError, MtError
from mt.reading.memory import article_of
from mt.records import Article, Failure, Flag, Report, Summary, Task, Timing, Translation
from mt.summarizer import SUMMARIES_VERSION, Summarizer
from mt.terms import TERMS_VERSION, fingerprint, lexicons_fingerprint, load_glossaries
from mt.text import CLEANING_VERSION, SEGMENTATION_VERSION, detect
from mt.translator import Translator, as_english
from mt.windows import growing

_LIMITS = BatchConfig()
_log = logging.getLogger(__name__)


SUMMARY_FAILED = "summary-failed"
"""Flag of a summary without sentences: its model failed."""


class Pipeline:
    """Translates and summarizes articles with the models of one configuration.

    `Pipeline()` has the default models; `Pipeline("opus-big")`, a path, a mapping or a `Config` chooses others. A
    pipeline called with an article or a text gives one report; `run` gives many, in the order of the articles. Without
    a translator the articles must be English already; without a summarizer the reports have no summary. `close`, or the
    end of a `with` block, frees the models.
    """

    _closed = False

    def __init__(self, config: ConfigSource = None, *, translate: bool = True) -> None:
        """Find and load the models; `translate=False` leaves the translator out.

        Raises `ModelError` when a model cannot be had, `ConfigError` when it does not fit its settings.
        """
        config = as_config(config)
        parts = [_versions()]
        translator = summarizer = None
        if translate:
            generator, name = load_stage(config, config.translate)
            parts.append(f"translate: {name}")
            second = None
            if (repair := config.translate.repair).second and repair.mode != "off":
                second, name = load_stage(config, repair.second)
                parts.append(f"second: {name}")
            translator = Translator(generator, config.translate, second)
        if config.summarize.enabled:
            generator, name = load_stage(config, config.summarize)
            summarizer = Summarizer(generator, config.summarize, _load_entailment(config))
            parts.append(f"summarize: {name} summaries={SUMMARIES_VERSION}{_consistency(config)}")
        parts.append(_packages(config))
        self._hold(translator, summarizer, " | ".join(parts), config.batch)

    @classmethod
    def from_config(cls, config: ConfigSource, *, translate: bool = True) -> Self:
        """As `Pipeline(config)`."""
        return cls(config, translate=translate)

    @classmethod
    def from_parts(
        cls,
        translator: Translator | None,
        summarizer: Summarizer | None,
        signature: str,
        limits: BatchConfig = _LIMITS,
    ) -> Self:
        """A pipeline of stages that are loaded already; `limits` bound the windows of `run`."""
        pipeline = cls.__new__(cls)
        pipeline._hold(translator, summarizer, signature, limits)
        return pipeline

    def _hold(
        self, translator: Translator | None, summarizer: Summarizer | None, signature: str, limits: BatchConfig
    ) -> None:
        self.limits = limits
        self.translator = translator
        self.summarizer = summarizer
        self.signature = signature

    def close(self) -> None:
        """Free the models; the pipeline cannot be used any more."""
        self.translator = self.summarizer = None
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        stages = {"translate": self.translator, "summarize": self.summarizer}
        state = "closed" if self._closed else ", ".join(name for name, stage in stages.items() if stage) or "empty"
        return f"<{type(self).__name__}: {state}>"

    def __call__(self, article: Article | str) -> Report:
        """The report of one article; a text becomes one, cleaned, with an id made from its content.

        Raises `InputError` when it is empty, or not Arabic and the configuration refuses that, and `ModelError` when a
        model fails or the pipeline is closed.
        """
        self._check_open()
        article = article if isinstance(article, Article) else article_of(article)
        [result] = self._results([Task(0, article)])
        if isinstance(result, Exception):
            raise result
        return result

    def run(
        self, articles: Iterable[Article | Failure | str], progress: Callable[[Activity], None] | None = None
    ) -> Iterator[Report | Failure]:
        """One result for each article or text, in order; what could not be read or fails is a failure in its place.

        Windows of articles that share batches grow from one to `batch.window_articles`, and results come out as soon as
        a window is done. `progress` is called with what goes on within a window.
        """
        for window in growing(
            map(_item, articles), self.limits, lambda a: len(a.text) if isinstance(a, Article) else 0
        ):
            with listening(progress or listener()):
                done = iter(self.work([Task(i, a) for i, a in enumerate(window) if isinstance(a, Article)]))
            yield from (next(done) if isinstance(item, Article) else item for item in window)

    def work(self, tasks: Sequence[Task]) -> list[Report | Failure]:
        """One result for each task, in order; the texts of all of them share the models' batches.

        A kept translation is taken as it is, and then the report has no time for that stage. A summary that fails costs
        no translation: it is empty and flagged `summary-failed`. When something else breaks that
        nobody foresaw, each task is tried alone, so that only the article at fault fails; the log has the traceback.
        """
        self._check_open()
        try:
            results = self._results(tasks)
        except Exception as fault:
            if len(tasks) > 1:
                return [result for task in tasks for result in self.work([task])]
            _log.exception("a fault of mt, please report it:")
            results = [fault]
        return [_failure(t.article, r) if isinstance(r, Exception) else r for t, r in zip(tasks, results, strict=True)]

    def _check_open(self) -> None:
        if self._closed:
            raise ModelError("this pipeline is closed: its models are freed; make another one")

    def _results(self, tasks: Sequence[Task]) -> list[Report | Exception]:
        errors = {i: error for i, task in enumerate(tasks) if (error := self._refusal(task))}
        good = [task for i, task in enumerate(tasks) if i not in errors]
        translations, translating = self._translate(good)
        start = time.perf_counter()
        english = [t for t in translations if isinstance(t, Translation)]
        summaries = iter(self._summarize(english))
        summarizing = time.perf_counter() - start
        letters = sum(
            len(t.article.text) for t, done in zip(good, translations, strict=True) if isinstance(done, Translation)
        )
        done = iter(
            t
            if isinstance(t, MtError)
            else self._report(task, t, next(summaries), seconds, summarizing * len(task.article.text) / letters)
            for task, t, seconds in zip(good, translations, translating, strict=True)
        )
        return [errors[i] if i in errors else next(done) for i in range(len(tasks))]

    def _refusal(self, task: Task) -> MtError | None:
        article = task.article
        try:
            if not article.text.strip():
                raise InputError(f"{article.place or article.id}: empty: the article has no text")
            if self.translator:
                self.translator.check(article)
            elif task.translation is None:
                _check_english(article)
        except InputError as error:
            return error
        return None

    def _translate(self, tasks: Sequence[Task]) -> tuple[list[Translation | ModelError], list[float | None]]:
        """For each task its translation and the seconds it took: its share by characters, None where it was kept."""
        start = time.perf_counter()
        fresh = [task.article for task in tasks if task.translation is None]
        with stage("translating"):
            made = iter(self.translator.translate(fresh) if self.translator else [as_english(a) for a in fresh])
        translations = [task.translation or next(made) for task in tasks]
        seconds = time.perf_counter() - start
        letters = sum(len(article.text) for article in fresh)
        shares = [None if task.translation else seconds * len(task.article.text) / letters for task in tasks]
        return translations, shares

    def _summarize(self, translations: Sequence[Translation]) -> list[Summary | None]:
        """One summary for each translation; where the model fails, an empty one with a flag: no translation is lost."""
        if self.summarizer is None:
            return [None] * len(translations)
        try:
            with stage("summarizing"):
                return self.summarizer.summarize(translations)
        except Exception as fault:
            if len(translations) > 1:
                return [summary for translation in translations for summary in self._summarize([translation])]
            if not isinstance(fault, MtError):
                _log.exception("a fault of mt, please report it:")
            return [Summary((), 0, (Flag(SUMMARY_FAILED, f"{type(fault).__name__}: {fault}"),))]

    def _report(
        self, task: Task, t: Translation, summary: Summary | None, translating: float | None, summarizing: float
    ) -> Report:
        seconds = (
            ("translate", translating if self.translator else None),
            ("summarize", summarizing if self.summarizer else None),
        )
        timings = tuple(Timing(stage, taken) for stage, taken in seconds if taken is not None)
        return Report(task.article, t, summary, self.signature, timings)


@dataclass(frozen=True, slots=True)
class Signatures:
    """All settings that decide the output of each stage, as far as they are known before a model is loaded.

    `summarize` is empty when that stage is off. `models` holds `name@revision` of each stage's model.
    """

    translate: str
    summarize: str
    models: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """Both stages in one line."""
        return f"translate: {self.translate} | summarize: {self.summarize or 'off'}"


def signatures(config: Config) -> Signatures:
    """What a run with this configuration is known by; models are found (and fetched), not loaded.

    Devices and precisions stand here as they are configured: what `auto` chose is in the signature of each report.
    Raises `ModelError` when a model cannot be had.
    """
    from mt.engines.models.store import cache_folder, resolve

    lines: dict[str, str] = {}
    models = []
    for use in config.uses:
        folder = resolve(use.model, offline=config.offline, cache=cache_folder(config.cache))
        models.append(f"{folder.name}@{folder.revision}")
        said = f"{models[-1]} {planned_signature(use.stage)}"
        stage = use.path.partition(".")[0]
        lines[stage] = f"{lines[stage]} second: {said}" if stage in lines else said
    if "summarize" in lines:
        lines["summarize"] += f" summaries={SUMMARIES_VERSION}{_consistency(config)}"
    whole = {stage: f"{line} {_versions()} {_packages(config)}" for stage, line in lines.items()}
    return Signatures(whole["translate"], whole.get("summarize", ""), tuple(models))


def planned_signature(stage: Stage) -> str:
    """The settings of a stage that decide its output, in one line; `batch_tokens` and the number of a GPU do not."""
    model = stage.model.model_dump(exclude=_DECIDES_NOTHING | {"device"})
    parts = {"device": stage.model.device.partition(":")[0], **model, **stage.decoding.model_dump()}
    parts |= stage.model_dump(exclude=_SECTIONS)
    if isinstance(stage, SummarizeConfig):
        parts |= stage.length.model_dump() | stage.prompts.model_dump()
    return " ".join([*(f"{key}={value!r}" for key, value in parts.items()), *_terms(stage)])


# The name and revision of the folder that was found stand for the source.
_DECIDES_NOTHING = {"source", "revision", "sha256", "license", "noncommercial", "batch_tokens", "threads"}


def _versions() -> str:
    return (
        f"mt={mt.__version__} clean={CLEANING_VERSION} segment={SEGMENTATION_VERSION} checks={CHECKS_VERSION} "
        f"engines={ENGINES_VERSION}"
    )


_DECIDING_PACKAGES = {"ctranslate2": ("ctranslate2",), "transformers": ("torch", "transformers")}


def _packages(config: Config) -> str:
    """The packages whose versions may decide what the configured engines write."""
    engines = sorted({model.engine for model in config.models.values()})
    packages = [package for engine in engines for package in _DECIDING_PACKAGES[engine]]
    return " ".join(f"{package}={version(package)}" for package in (*packages, "tokenizers", "sentencepiece"))


def _load_entailment(config: Config) -> Entailment | None:
    """The consistency model, where one is configured."""
    if config.summarize.consistency is None:
        return None
    from mt.engines.loading import load_entailment
    from mt.engines.models.store import cache_folder, resolve

    consistency = config.summarize.consistency
    folder = resolve(consistency.model, offline=config.offline, cache=cache_folder(config.cache))
    return load_entailment(folder.path, consistency)


def _consistency(config: Config) -> str:
    """What of a consistency model decides the output, to be added to a signature; empty where there is none."""
    if config.summarize.consistency is None:
        return ""
    from mt.engines.models.store import cache_folder, resolve

    consistency = config.summarize.consistency
    folder = resolve(consistency.model, offline=config.offline, cache=cache_folder(config.cache))
    settings = consistency.model_dump(exclude={"model"}) | consistency.model.model_dump(
        include={"dtype", "max_input_tokens"}
    )
    told = " ".join(f"{key}={value!r}" for key, value in settings.items())
    return f" consistency: {folder.name}@{folder.revision} {told}"


def load_stage(config: Config, of: Stage) -> tuple[ScoringGenerator, str]:
    """The stage's model, ready, and all that decides its output in one line.

    Raises `ModelError` when it cannot be had, `ConfigError` when it does not fit its settings.
    """
    from mt.engines.loading import load_generator
    from mt.engines.models.folders import folder_bytes
    from mt.engines.models.store import cache_folder, resolve

    folder = resolve(of.model, offline=config.offline, cache=cache_folder(config.cache))
    megabytes = folder_bytes(folder.path) // 1_000_000
    model = with_open_message(of.model) if isinstance(of, SummarizeConfig) else of.model
    with stage(f"loading {folder.name} ({megabytes} MB)"):
        generator = load_generator(folder.path, model, of.decoding, {}, cache_folder(config.cache))
    return generator, stage_signature(f"{folder.name}@{folder.revision}", generator, of)


def stage_signature(name: str, generator: TextGenerator, stage: Stage) -> str:
    """All settings that decide a stage's output, in one line; `name` is the model's with its revision."""
    model, decoding = _settings(stage.model, leave_out=_MODEL_SAID_OTHERWISE), _settings(stage.decoding)
    own = stage.model_dump(exclude=_SECTIONS)
    length = ""
    if isinstance(stage, SummarizeConfig):
        length = f"{_settings(stage.length, keep_defaults=True)} {_settings(stage.prompts)}".strip()
    rest = " ".join(f"{key}={value!r}" for key, value in own.items())
    parts = [
        name,
        generator.description,
        f"max_input_tokens={generator.max_input_tokens}",
        model,
        decoding,
        length,
        rest,
        *_terms(stage),
    ]
    return " ".join(part for part in parts if part)


def _terms(stage: Stage) -> list[str]:
    """What decides how names and terms are treated, for the stage that does."""
    if not isinstance(stage, TranslateConfig):
        return []
    terms = f"terms={TERMS_VERSION}:{fingerprint(load_glossaries(stage.glossaries))}"
    return [terms, f"hints={lexicons_fingerprint(stage.hints)}"] if stage.hints else [terms]


# The second model and the consistency model have signatures of their own; what glossaries say decides, not their place.
_SECTIONS: Mapping[str, bool | set[str]] = {
    "enabled": True, "model": True, "decoding": True, "length": True, "prompts": True, "repair": {"second"},
    "consistency": True, "glossaries": True, "hints": True,
}  # fmt: skip
# In the signature these stand in another form, or they do not decide the output (batch_tokens, licence).
_MODEL_SAID_OTHERWISE = frozenset(
    "source revision sha256 license noncommercial engine device dtype threads max_input_tokens batch_tokens".split()
)


def _settings(section: BaseModel, leave_out: frozenset[str] = frozenset(), *, keep_defaults: bool = False) -> str:
    """`key=value` of the settings that differ from the schema's defaults; texts with spaces as Python literals."""
    values = section.model_dump(exclude_defaults=not keep_defaults)
    return " ".join(f"{key}={value!r}" for key, value in values.items() if key not in leave_out)


def _item(item: Article | Failure | str) -> Article | Failure:
    """A text as an article, or as the failure that it is."""
    if isinstance(item, (Article, Failure)):
        return item
    try:
        return article_of(item)
    except InputError as error:
        return Failure("", "", type(error).__name__, str(error))


def _check_english(article: Article) -> None:
    """Raises `InputError` for an Arabic article, which a pipeline without a translator cannot read."""
    if (language := detect(article.text)).arabic_share > _MOST_ARABIC:
        raise InputError(
            f"{article.place or article.id}: found an article of which {language.arabic_share:.0%} of the letters are "
            "Arabic, wanted English: `mt run` and `mt translate` read Arabic"
        )


_MOST_ARABIC = 0.3  # of the letters; English news quotes no more


def _failure(article: Article, error: Exception) -> Failure:
    name, message = type(error).__name__, str(error)
    place = article.place or article.id
    if not isinstance(error, MtError):
        message = f"a fault of mt, not of the article: {name}: {message}"
    return Failure(article.id, article.place, name, message if place in message else f"{place}: {message}")
