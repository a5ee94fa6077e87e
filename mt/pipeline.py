"""The straight line as one object: an Arabic article in, its translation and summary out, with their signature."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self, TypeVar

from mt.activity import Activity, listener, listening, stage
from mt.config import BatchConfig, ConfigSource, Stage, SummarizeConfig, as_config
from mt.engines import Entailment, ScoringGenerator
from mt.engines.prompts import with_open_message
from mt.errors import InputError, ModelError, MtError
from mt.reading.memory import article_of
from mt.records import Article, Failure, Flag, Report, Summary, Task, Timing, Translation
from mt.signatures import Effective, Resolved, consistency_signature, packages, signature, versions
from mt.summaries.summarizer import SUMMARIES_VERSION, Summarizer
from mt.text import detect
from mt.translation.translator import Translator, as_english
from mt.windows import growing

_T = TypeVar("_T")
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

    def __init__(
        self, config: ConfigSource = None, *, translate: bool = True, resolved: Resolved | None = None
    ) -> None:
        """Load the models; `translate=False` leaves the translator out. `resolved` has them where they are known.

        Raises `ModelError` when a model cannot be had, `ConfigError` when it does not fit its settings.
        """
        config = as_config(config)
        resolved = resolved or Resolved(config)
        parts = [versions()]
        translator = summarizer = None
        if translate:
            generator, name = load_stage(resolved, config.translate)
            parts.append(f"translate: {name}")
            second = None
            if (repair := config.translate.repair).second and repair.mode != "off":
                second, name = load_stage(resolved, repair.second)
                parts.append(f"second: {name}")
            translator = Translator(generator, config.translate, second, resolved.glossaries, resolved.lexicons)
        if config.summarize.enabled:
            generator, name = load_stage(resolved, config.summarize)
            summarizer = Summarizer(generator, config.summarize, _load_entailment(resolved))
            parts.append(f"summarize: {name} summaries={SUMMARIES_VERSION}{consistency_signature(resolved)}")
        parts.append(packages(config))
        self._hold(translator, summarizer, " | ".join(parts), config.batch)

    @classmethod
    def from_config(cls, config: ConfigSource, *, translate: bool = True, resolved: Resolved | None = None) -> Self:
        """As `Pipeline(config)`."""
        return cls(config, translate=translate, resolved=resolved)

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
        [[result]] = self._results([Task(0, article)])
        if isinstance(result, Exception):
            raise result
        return result

    def run(
        self, articles: Iterable[Article | Failure | str], progress: Callable[[Activity], None] | None = None
    ) -> Iterator[Report | Failure]:
        """One result for each article or text, in order; what could not be read or fails is a failure in its place.

        Windows of articles that share batches grow from one to `batch.window_articles`, and results come out as soon as
        they are ready (see `stream`). `progress` is called with the current activity while you wait for a result.
        """
        for window in growing(
            map(_item, articles), self.limits, lambda a: len(a.text) if isinstance(a, Article) else 0
        ):
            results = self.stream([Task(i, item) for i, item in enumerate(window) if isinstance(item, Article)])
            heard = _heard_by(progress or listener(), chain.from_iterable(results))
            yield from (next(heard) if isinstance(item, Article) else item for item in window)

    def work(self, tasks: Sequence[Task]) -> list[Report | Failure]:
        """One result for each task, in order; see `stream`."""
        return [result for results in self.stream(tasks) for result in results]

    def stream(self, tasks: Sequence[Task]) -> Iterator[list[Report | Failure]]:
        """One result for each task, in order, in lists that come as they are ready; none of them is empty.

        The texts of all tasks share the translator's batches. Summaries are written in groups that share the
        summarizer's (`Summarizer.groups`), the group of the first task first. A translation that a task brings is used
        as it is; the report then has no time for that stage. If a summary fails, the translation is kept: the summary
        is empty and flagged `summary-failed`. After any other unexpected error, each task is tried alone, so that only
        the article at fault fails; the log has the traceback.
        """
        self._check_open()
        done = 0
        try:
            for results in self._results(tasks):
                done += len(results)
                yield [
                    _failure(task.article, result) if isinstance(result, Exception) else result
                    for task, result in zip(tasks[done - len(results) : done], results, strict=True)
                ]
        except Exception as fault:
            left = tasks[done:]
            if len(left) > 1:
                for task in left:
                    yield from self.stream([task])
                return
            _log.exception("a bug in mt, please report it:")
            yield [_failure(task.article, fault) for task in left]

    def _check_open(self) -> None:
        if self._closed:
            raise ModelError("this pipeline is closed: its models are freed; make another one")

    def _results(self, tasks: Sequence[Task]) -> Iterator[list[Report | Exception]]:
        """The results in order, each as soon as it and all before it are ready."""
        ready = dict[int, Report | Exception]()
        given = 0
        for results in self._by_group(tasks):
            ready |= results
            first = given
            while given in ready:
                given += 1
            if given > first:
                yield [ready.pop(index) for index in range(first, given)]

    def _by_group(self, tasks: Sequence[Task]) -> Iterator[dict[int, Report | Exception]]:
        """What is in the way of some tasks, then the reports of the others, group by group."""
        translated = self._translated(tasks)
        yield {i: each.translation for i, each in enumerate(translated) if isinstance(each.translation, MtError)}
        english = {i: t.translation for i, t in enumerate(translated) if isinstance(t.translation, Translation)}
        done = 0
        for group in self._groups(english):
            yield self._reports({index: translated[index] for index in group}, done, len(english))
            done += len(group)

    def _groups(self, english: Mapping[int, Translation]) -> list[tuple[int, ...]]:
        """The places of the articles that are summarized together; all where nothing is."""
        places = tuple(english)
        if self.summarizer is None:
            return [places]
        try:
            groups = self.summarizer.groups(list(english.values()))
        except Exception:  # what breaks here breaks when the article at fault is summarized, and is told there
            return [(place,) for place in places]
        return [tuple(places[i] for i in group) for group in groups]

    def _reports(self, group: Mapping[int, _Translated], before: int, total: int) -> dict[int, Report | Exception]:
        """The reports of a group that follows `before` of `total` articles; seconds are shared by characters."""
        translations = [each.translation for each in group.values() if isinstance(each.translation, Translation)]
        start = time.perf_counter()
        summaries = self._summarize(translations, before, total)
        seconds = time.perf_counter() - start
        letters = sum(len(each.task.article.text) for each in group.values())
        return {
            index: self._report(each, translation, summary, seconds * len(each.task.article.text) / letters)
            for (index, each), translation, summary in zip(group.items(), translations, summaries, strict=True)
        }

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

    def _translated(self, tasks: Sequence[Task]) -> list[_Translated]:
        """Each task with its translation, or what is in its way; all that are not translated yet at once."""
        refusals = [self._refusal(task) for task in tasks]
        fresh = [t.article for t, no in zip(tasks, refusals, strict=True) if no is None and t.translation is None]
        start = time.perf_counter()
        with stage("translating"):
            made = iter(self.translator.translate(fresh) if self.translator else [as_english(a) for a in fresh])
        per_letter = (time.perf_counter() - start) / max(1, sum(len(article.text) for article in fresh))
        return [
            _Translated(task, refusal)
            if refusal is not None
            else _Translated(task, task.translation)
            if task.translation is not None
            else _Translated(task, next(made), per_letter * len(task.article.text))
            for task, refusal in zip(tasks, refusals, strict=True)
        ]

    def _summarize(self, translations: Sequence[Translation], before: int, total: int) -> list[Summary | None]:
        """One summary for each translation; where the model fails, an empty one with a flag: no translation is lost.

        `before` of `total` articles were summarized before.
        """
        if self.summarizer is None:
            return [None] * len(translations)
        counted = total if len(translations) < total or total == 1 else 0  # a group that is all of it counts its texts
        try:
            with stage("summarizing", before, counted):
                return self.summarizer.summarize(translations)
        except Exception as fault:
            if len(translations) > 1:
                return [s for i, t in enumerate(translations) for s in self._summarize([t], before + i, total)]
            if not isinstance(fault, MtError):
                _log.exception("a bug in mt, please report it:")
            return [Summary((), 0, (Flag(SUMMARY_FAILED, f"{type(fault).__name__}: {fault}"),))]

    def _report(self, each: _Translated, t: Translation, summary: Summary | None, summarizing: float) -> Report:
        seconds = (
            ("translate", each.seconds if self.translator else None),
            ("summarize", summarizing if self.summarizer else None),
        )
        timings = tuple(Timing(stage, taken) for stage, taken in seconds if taken is not None)
        return Report(each.task.article, t, summary, self.signature, timings)


@dataclass(frozen=True, slots=True)
class _Translated:
    """A task with its translation or why there is none, and the seconds it took: by characters its share of all."""

    task: Task
    translation: Translation | MtError
    seconds: float | None = None
    """None where the translation was kept."""


def load_stage(resolved: Resolved, of: Stage) -> tuple[ScoringGenerator, str]:
    """The stage's model, ready, and all that decides its output in one line.

    Raises `ModelError` when it cannot be had, `ConfigError` when it does not fit its settings.
    """
    from mt.engines.loading import load_generator
    from mt.engines.models.folders import folder_bytes

    folder = resolved.folder(of.model)
    megabytes = folder_bytes(folder.path) // 1_000_000
    model = with_open_message(of.model) if isinstance(of, SummarizeConfig) else of.model
    with stage(f"loading {folder.name} ({megabytes} MB)"):
        generator = load_generator(folder.path, model, of.decoding, resolved.cache)
    return generator, signature(resolved, of, Effective(generator.description, generator.max_input_tokens))


def _load_entailment(resolved: Resolved) -> Entailment | None:
    """The consistency model, where one is configured."""
    consistency = resolved.config.summarize.consistency
    if consistency is None:
        return None
    from mt.engines.loading import load_entailment

    folder = resolved.folder(consistency.model)
    with stage(f"loading {folder.name}"):
        return load_entailment(folder.path, consistency)


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
            "Arabic, expected English: `mt run` and `mt translate` read Arabic"
        )


_MOST_ARABIC = 0.3  # of the letters; English news quotes no more


def _heard_by(hear: Callable[[Activity], None] | None, items: Iterator[_T]) -> Iterator[_T]:
    """The items, with what goes on while each of them is made told to `hear`, and nothing in between."""
    while True:
        with listening(hear):
            try:
                item = next(items)
            except StopIteration:
                return
        yield item


def _failure(article: Article, error: Exception) -> Failure:
    name, message = type(error).__name__, str(error)
    place = article.place or article.id
    if not isinstance(error, MtError):
        message = f"a bug in mt, not a problem of the article: {name}: {message}"
    return Failure(article.id, article.place, name, message if place in message else f"{place}: {message}")
