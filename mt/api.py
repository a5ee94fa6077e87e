"""The functions of `import mt`: one text translated or summarized, and many articles into a folder, in one line each.

Models are loaded at the first call and kept for the next one with the same configuration; `mt.unload()` frees them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from mt.activity import Activity
from mt.config import Config, ConfigSource, as_config
from mt.errors import ModelError
from mt.pipeline import Pipeline
from mt.reading.articles import read_articles
from mt.reading.memory import article_of
from mt.records import Article, Failure, Report, ReportFormat, Summary, Task, Translation
from mt.reports.json import failure_from_json, report_from_json
from mt.runs.plan import Progress

__all__ = ["Progress", "Run", "run", "summarize", "translate", "unload"]

Text: TypeAlias = str | Article

_MOST_KEPT = 2
"""Pipelines of so many configurations stay loaded: two, to compare one with another."""


def translate(text: Text, *, title: str = "", config: ConfigSource = None) -> Translation:
    """Translate one Arabic text (or `Article`) into English; the result has `sentences`, `doubts` and `score`.

    `str()` of the result is the English text. `config` selects the models, as for `Pipeline`: None for the default
    models, the name of a ready configuration, a path, a mapping or a `Config`.

    Raises `InputError` for a text that is empty or not Arabic, `ConfigError` for an invalid configuration and
    `ModelError` if a model cannot be loaded or fails.
    """
    article = _article(text, title)  # first: a fault of the text should not cost the loading of models
    return _translator(_key(config))(article).translation


def summarize(text: Text, *, title: str = "", config: ConfigSource = None) -> Summary:
    """Summarize one text (or `Article`) in English; an Arabic text is translated first.

    `str()` of the result is the summary; each of its `sentences` has its `support`. Parameters and errors are those of
    `translate`.
    """
    article, key = _article(text, title), _key(config)
    translation = None
    if _is_arabic(article):
        translation = _translator(key)(article).translation
    [result] = _summarizer(key).work([Task(0, article, translation)])
    if isinstance(result, Failure):
        raise ModelError(result.message)
    if result.summary is None:
        raise ModelError("the configuration has summarize.enabled: false")
    return result.summary


@dataclass(frozen=True, slots=True, repr=False)
class Run:
    """A finished run. Iterating over it reads the reports in its folder one by one, in input order."""

    folder: Path
    done: int
    """Articles with a report."""
    failed: int
    """Articles without one; `failures` has the reasons."""

    @property
    def index(self) -> Path:
        """The page that lists all articles: what to open first."""
        return self.folder / "index.html"

    @property
    def failures(self) -> list[Failure]:
        """Every article that failed, with its error."""
        with suppress(FileNotFoundError):
            lines = (self.folder / "failures.jsonl").read_text(encoding="utf-8").splitlines()
            return [failure_from_json(line) for line in lines]
        return []

    def __len__(self) -> int:
        return self.done

    def __iter__(self) -> Iterator[Report]:
        if self.done:
            with (self.folder / "records.jsonl").open(encoding="utf-8") as lines:
                yield from map(report_from_json, lines)

    def _repr_html_(self) -> str:
        link = f'<a href="{quote(self.index.as_posix())}">{escape(str(self.index))}</a>'
        return f"{self.done} done, {self.failed} failed: {link}"

    def __repr__(self) -> str:
        return f"<Run {self.folder}: {self.done} done, {self.failed} failed>"


def run(
    paths: str | Path | Iterable[str | Path],
    out: str | Path,
    *,
    config: ConfigSource = None,
    formats: Sequence[ReportFormat] | None = None,
    retry_failed: bool = False,
    append: bool = False,
    replace: bool = False,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Run:
    """Translate and summarize files, folders and patterns into the folder `out`, as `mt run paths -o out` does.

    If `out` contains an earlier run, it is resumed: finished articles are kept. `formats` are the report formats (json,
    md, txt, html); None uses those of the configuration. `workers` is the number of processes; None uses this process
    only. A folder with records of other inputs is an error, unless `append` keeps them and adds the new articles, or
    `replace` replaces them. `progress` is called with the current numbers after each window of articles.

    Raises `InputError` for a path that does not exist, `OutputError` if `out` cannot be written, `ConfigError` and
    `ModelError` if the models cannot be loaded. A failed article raises no error: see `Run.failures`.
    """
    from mt.reading.articles import check_sources
    from mt.runs.batch import run_batch
    from mt.runs.executors import InProcess
    from mt.runs.plan import Plan
    from mt.runs.processes import Processes
    from mt.signatures import Resolved, signatures

    settings = as_config(config)
    if formats is not None:
        report = settings.report.model_copy(update={"formats": tuple(formats)})
        settings = settings.model_copy(update={"report": report})
    sources = [str(path) for path in ([paths] if isinstance(paths, (str, Path)) else paths)]
    check_sources(sources)
    articles = read_articles(sources, options=settings.articles, offline=settings.offline, strict=False)
    resolved = Resolved(settings)
    plan = Plan(
        settings, signatures(resolved), retry_failed=retry_failed, append=append, replace=replace, inputs=tuple(sources)
    )
    executor = (
        Processes(settings, workers)
        if workers
        else InProcess(lambda: Pipeline.from_config(settings, resolved=resolved))
    )
    outcome = run_batch(articles, Path(out), plan, executor, _Calling(progress))
    return Run(Path(out), outcome.done, outcome.failed)


def unload() -> None:
    """Free the models that `translate` and `summarize` keep loaded."""
    _translator.cache_clear()
    _summarizer.cache_clear()


class _Calling:
    """A listener of a run that passes its numbers on; failures stand in the folder."""

    def __init__(self, progress: Callable[[Progress], None] | None) -> None:
        self._progress = progress

    def result(self, result: Report | Failure, paths: Sequence[Path]) -> None:
        """Nothing: reports are read from the folder."""

    def progress(self, progress: Progress) -> None:
        """Pass the numbers on."""
        if self._progress:
            self._progress(progress)

    def activity(self, activity: Activity) -> None:
        """Nothing: the numbers come after each window."""

    def note(self, message: str) -> None:
        """Nothing: what a user should know stands in the folder's manifest."""


def _article(text: Text, title: str) -> Article:
    return text if isinstance(text, Article) else article_of(text, title)


def _is_arabic(article: Article) -> bool:
    from mt.text import detect

    return detect(article.text).code == "ar"


def _key(config: ConfigSource) -> str:
    """A configuration as a string: equal ones share their models."""
    return as_config(config).model_dump_json()


@lru_cache(maxsize=_MOST_KEPT)
def _translator(key: str) -> Pipeline:
    config = Config.model_validate_json(key)
    return Pipeline.from_config(
        config.model_copy(update={"summarize": config.summarize.model_copy(update={"enabled": False})})
    )


@lru_cache(maxsize=_MOST_KEPT)
def _summarizer(key: str) -> Pipeline:
    return Pipeline.from_config(Config.model_validate_json(key), translate=False)
