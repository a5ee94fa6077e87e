"""Many articles in a row, in a folder that a later run goes on with: nothing is worked on twice, nothing is lost.

inputs → entries → windows → executor → results → journal and output files, always in input order. What stands in the
files is a function of the inputs and the journal alone, so that a run that was killed and resumed ends with the same
bytes as one that was not, but for timings.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from mt.activity import listening
from mt.errors import InputError, OutputError
from mt.pipeline import SUMMARY_FAILED
from mt.records import Article, Failure, Report, Summary, Task, Timing, Translation
from mt.reports.doubts import all_flags
from mt.reports.json import failure_as_json, report_as_json, value_as_json, value_from_json
from mt.reports.names import file_name
from mt.reports.writing import write_report
from mt.runs.executors import Executor, Results, never
from mt.runs.folder import PARQUET, REPORTS, Line, OutputFolder, refuse_own_output
from mt.runs.journal import KeptFailure, KeptSummary, KeptTranslation, Written
from mt.runs.manifest import Held, Session, manifest
from mt.runs.plan import Listener, Outcome, Plan, Progress
from mt.runs.publishing import INDEX, about_run, index_row, publish_run
from mt.runs.shards import check_shard
from mt.windows import Filling

_MOST_ENTRIES = 8
"""A window holds at most this many entries for each article that it may work on: finished ones need memory, too."""

_MANIFEST_SHARE = 0.01
"""Share of a run's time that its manifests may take: a window of minutes is counted at once, short ones at times."""


def run_batch(
    items: Iterable[Article | Failure],
    folder: Path,
    plan: Plan,
    executor: Executor,
    listener: Listener,
    stopped: Callable[[], bool] = never,
) -> Outcome:
    """Bring `folder` to where it holds one record or failure for each input, in their order, and nothing else.

    What an earlier run wrote for the same inputs with the same settings stays; what it worked out is taken from the
    journal; only the rest is worked on. When `stopped`, which is called from any thread, says so, the article in hand
    is finished (with workers, one for each), and the run ends. What is finished behind an unfinished article has no
    lines yet, and is in the journal for the next run.

    With `plan.append` the inputs that an earlier run wrote stay in front, whether they are given again or not, and each
    input is written that does not stand there yet.

    Raises `OutputError` when the folder cannot be written, another run works in it, or it holds records of other inputs
    that this run would replace (see `Plan.replace`); `InputError` for a plan that contradicts itself; `ModelError` or
    `ConfigError` when the models cannot be loaded. Whatever is raised, all earlier results are kept, and the same call
    goes on there.
    """
    _check_plan(plan)
    refuse_own_output(plan.inputs, folder)
    check_shard(folder, plan.shard)
    with OutputFolder(folder) as output:
        run = _Run(output, plan, listener, stopped)
        run.write_manifest("running")
        try:
            with listening(listener.activity):
                run.work(items, executor)
        except BaseException as error:
            executor.close()
            with suppress(OutputError):  # the error that ended the run says more than a second one
                run.write_manifest("interrupted" if isinstance(error, KeyboardInterrupt) else "failed")
            raise
        executor.close()
        run.write_manifest(run.state)
        run.write_index()
        totals = output.totals()
        return Outcome(totals.done, totals.failed, run.state == "interrupted", run.ahead)


def _check_plan(plan: Plan) -> None:
    others = {"--replace": plan.replace, "--retry-failed": plan.retry_failed, "--shard": plan.shard is not None}
    if plan.append and (given := [name for name, value in others.items() if value]):
        raise InputError(f"--append cannot be combined with {given[0]}: it changes nothing of what the folder holds")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One input and what is known of it: either `known`, its result, or `task`, the work that it needs."""

    position: int
    item: Article | Failure
    digest: bytes
    key: bytes = b""
    known: Report | Failure | None = None
    task: Task | None = None
    translating: float | None = None
    """Seconds that the kept translation of the task took."""


@dataclass(slots=True)
class _Kept:
    """What some entries add to the journal."""

    lines: list[Line] = field(default_factory=list)
    translations: list[KeptTranslation] = field(default_factory=list)
    summaries: list[KeptSummary] = field(default_factory=list)
    failures: list[KeptFailure] = field(default_factory=list)


class _Run:
    """One run over one folder."""

    def __init__(self, output: OutputFolder, plan: Plan, listener: Listener, stopped: Callable[[], bool]) -> None:
        self.output = output
        self.plan = plan
        self.listener = listener
        self.stopped = stopped
        self.state = "done"
        self._progress = Progress()
        self._changed = False
        self._orphans: set[str] = set()
        """Articles whose lines were cut while their reports still stand; who is written again leaves it."""
        self._started = datetime.now(UTC)
        self._clock = time.monotonic()
        self._working = 0.0
        self._gap = False
        """Whether an article is left unfinished, so that those behind it can have no lines."""
        self.ahead = 0
        """Articles that were finished behind it."""
        self._next_manifest = self._clock
        self._settings = plan.signatures.whole.encode()
        self._held = Held.read(output.path)
        self._inputs = self._held.inputs if output.journal.last_written() else plan.inputs
        """What the lines in the folder come from; the inputs of this run as soon as it changes one."""
        self._before = about_run(output.path) if (output.path / INDEX).exists() else None

    def work(self, items: Iterable[Article | Failure], executor: Executor) -> None:
        """Everything between opening the folder and its last manifest."""
        pending: deque[deque[_Entry]] = deque()

        def tasks() -> Iterator[list[Task]]:
            for window in self._windows(items):
                pending.append(deque(window))
                if not self._working and any(entry.task for entry in window):
                    self._working = time.monotonic()
                yield [entry.task for entry in window if entry.task]

        for results in executor.map(tasks(), self._is_over):
            self._finish(_taken(pending[0], len(results)), results)
            if not pending[0]:
                pending.popleft()
            self._is_over()
        if self.state == "done":
            for article_id in self._orphans:
                self.output.remove_reports(article_id)
        wanted = self.plan.config.report.parquet and self.state == "done"
        if wanted and (self._changed or not (self.output.path / PARQUET).exists()):
            self.output.write_parquet()

    # ------------------------------------------------------------ from inputs to windows

    def _windows(self, items: Iterable[Article | Failure]) -> Iterator[list[_Entry]]:
        """What is not written yet, in windows that grow to about equal work; ends early when the run is to stop."""
        limits = self.plan.config.batch
        window: list[_Entry] = []
        filling = Filling(limits, 0)
        for entry in self._entries(items):
            if not window:
                filling = Filling(limits, entry.position)
            window.append(entry)
            if entry.task:
                filling.add(0 if entry.task.translation else len(entry.task.article.text))
            if filling.full or len(window) >= _MOST_ENTRIES * limits.window_articles:
                yield window
                window = []
            if self._is_over():
                return
        if window:
            yield window

    def _is_over(self) -> bool:
        """Whether the run is to stop. Called from any thread: what an executor was told, the run knows, too."""
        if self.state == "done" and self.stopped():
            self.state = "interrupted"
        return self.state != "done"

    def _entries(self, items: Iterable[Article | Failure]) -> Iterator[_Entry]:
        return self._added(items) if self.plan.append else self._compared(items)

    def _added(self, items: Iterable[Article | Failure]) -> Iterator[_Entry]:
        """Entries of the inputs that are not written yet, behind all that are."""
        if self._held.signature not in ("", self.plan.signatures.whole):
            raise OutputError(
                f"{self.output.path}: was made with other settings (see signature in manifest.json), and --append "
                "would mix both; use another folder, or run all inputs again without --append"
            )
        self._inputs = tuple(dict.fromkeys((*self._inputs, *self.plan.inputs)))
        journal = self.output.journal
        journal.index_entries()
        last = journal.last_written()
        position = last.position + 1 if last else 0
        names = set(self.output.ids_from(0))
        for item in items:
            entry = self._entry(position, item)
            if isinstance(entry.item, Article) and entry.item.id in names and not journal.knows(entry.digest):
                entry = self._entry(position, _duplicate(entry.item))
            if journal.knows(entry.digest):
                self._skip(entry)
                if self._is_over():
                    return
                continue
            if isinstance(entry.item, Article):
                names.add(entry.item.id)
            position += 1
            yield self._looked_up(entry)

    def _compared(self, items: Iterable[Article | Failure]) -> Iterator[_Entry]:
        """Entries from the first input on that is not written as it should be; those before it are only counted."""
        same = True
        position = -1
        for position, item in enumerate(items):
            entry = self._entry(position, item)
            if same and self._is_written(entry):
                self._skip(entry)
                if self._is_over():
                    return
                continue
            if same:
                same = False
                if self._cut(position, entry):
                    self._changed = True
                    self.listener.note(
                        f"from input {position + 1} on, the output files are written again; finished work is reused"
                    )
            yield self._looked_up(entry)
        if same and not self._is_over():
            self._changed = self._cut(position + 1, None) or self._changed
            self._inputs = self.plan.inputs

    def _cut(self, position: int, entry: _Entry | None) -> bool:
        """Drop the lines from this input on; with them go the reports of articles that are others or changed now."""
        row = self.output.journal.written(position)
        self._refuse_other_inputs(row, entry)
        self._inputs = self.plan.inputs
        cut = self.output.ids_from(position)
        if row and entry and row.entry == entry.digest:
            # A report is missing, or a failure is to be retried: most others are as they were, and keep their reports.
            self._orphans.update(cut)
        else:
            for article_id in cut:
                self.output.remove_reports(article_id)
        return self.output.cut(position)

    def _refuse_other_inputs(self, row: Written | None, entry: _Entry | None) -> None:
        """Raise `OutputError` where the lines of other inputs would be lost from this one on."""
        if row is None or self.plan.replace or (entry is not None and row.entry == entry.digest):
            return
        other = self._held.lacks(self.plan.inputs)
        # Nobody knows what standard input was the last time; with nothing in common it is likely another.
        piped = "-" in self.plan.inputs and row.position == 0 and self._held.signature == self.plan.signatures.whole
        if other or piped:
            totals = self.output.totals()
            if not totals.done:  # failures only, as of a mistyped name: nothing would be lost
                return
            raise OutputError(
                f"{self.output.path}: this folder has the output for other inputs "
                f"({', '.join(other or ['another standard input'])}; articles: {totals.done + totals.failed}); use "
                "another folder, --append to keep them and add these, or --replace to drop them"
            )

    def _entry(self, position: int, item: Article | Failure) -> _Entry:
        if isinstance(item, Article):
            try:
                said = value_as_json(item)
            except InputError as error:
                item = Failure(item.id, item.place, type(error).__name__, str(error))
        if isinstance(item, Failure):
            return _Entry(position, item, _hash(failure_as_json(item).encode()), known=item)
        key = _hash(item.title.encode("utf-8", "surrogatepass"), item.text.encode("utf-8", "surrogatepass"))
        return _Entry(position, item, _hash(said.encode(), self._settings), key)

    def _is_written(self, entry: _Entry) -> bool:
        """Whether the output files hold this input's result; a per-article file that is missing makes it no."""
        row = self.output.journal.written(entry.position)
        if row is None or row.entry != entry.digest:
            return False
        if row.error:
            return isinstance(entry.item, Failure) or not self.plan.retry_failed
        if self.plan.retry_failed and SUMMARY_FAILED in row.flags:
            return False
        return all(path.exists() for path in self._paths(entry.item.id))

    def _paths(self, article_id: str) -> list[Path]:
        name = file_name(article_id)
        return [self.output.path / REPORTS / f"{name}.{kind}" for kind in self.plan.config.report.formats]

    def _skip(self, entry: _Entry) -> None:
        if self.plan.tell_kept or self.plan.strict:
            known = self._looked_up(entry).known
            if known is not None and self.plan.tell_kept:
                told = (
                    replace(known, timings=()) if isinstance(known, Report) else known
                )  # this run took no time for it
                self.listener.result(told, self._paths(entry.item.id) if isinstance(known, Report) else ())
            self._judge(known)
        self._count(kept=1)
        if self._progress.kept % 256 == 0:
            self.listener.progress(self._progress)

    def _looked_up(self, entry: _Entry) -> _Entry:
        """The entry with what the journal knows: the whole result, a translation, or nothing."""
        article = entry.item
        if isinstance(article, Failure):
            return entry
        journal, signed = self.output.journal, self.plan.signatures
        translated = journal.translation(entry.key, signed.translate)
        if translated is None:
            failure = None if self.plan.retry_failed else journal.failure(_failure_key(entry), signed.translate)
            if failure:
                return replace(entry, known=value_from_json(Failure, failure.value))
            return replace(entry, task=Task(entry.position, article))
        translation = value_from_json(Translation, translated.value)
        summarized = journal.summary(entry.key, signed.translate, signed.summarize)
        if summarized is None:
            task = Task(entry.position, article, translation)
            return replace(entry, task=task, translating=translated.seconds)
        summary = None if summarized.value == "null" else value_from_json(Summary, summarized.value)
        timings = _timings(translated.seconds, summarized.seconds)
        return replace(entry, known=Report(article, translation, summary, summarized.report, timings))

    # ------------------------------------------------------------ from results to files

    def _finish(self, window: Sequence[_Entry], results: Results) -> None:
        """Write entries with their results: per-article files, then lines and journal; what is noted is there.

        From the first entry without a result on, results are only kept in the journal.
        """
        kept = _Kept()
        told: list[tuple[_Entry, Report | Failure, Sequence[Path]]] = []
        worked = iter(results)
        for entry in window:
            result = entry.known or next(worked)
            self._gap = self._gap or result is None
            if isinstance(result, Report) and entry.translating is not None:
                result = replace(result, timings=(Timing("translate", entry.translating), *result.timings))
            if self._gap or result is None:
                if result is not None and entry.task:
                    self._keep(kept, entry, result)
                    self.ahead += 1
                continue
            paths: Sequence[Path] = ()
            if isinstance(result, Report):
                report = self.plan.config.report
                index = f"../{INDEX}" if report.index else ""
                paths = write_report(result, self.output.path / REPORTS, report.formats, index)
                self._orphans.discard(result.article.id)
            elif isinstance(entry.item, Article):
                self.output.remove_reports(entry.item.id)
            kept.lines.append(_line(entry, result, index_row(result) if self.plan.config.report.index else ""))
            if entry.task:
                self._keep(kept, entry, result)
            told.append((entry, result, paths))
        self.output.add(kept.lines, kept.translations, kept.summaries, kept.failures)
        self._changed = self._changed or bool(told)
        for entry, result, paths in told:
            self._count_result(entry, result)
            self.listener.result(result, paths)
        self.listener.progress(self._progress)
        if time.monotonic() >= self._next_manifest:
            start = time.monotonic()
            self.write_manifest("running")
            self._next_manifest = time.monotonic() + (time.monotonic() - start) / _MANIFEST_SHARE

    def _keep(self, kept: _Kept, entry: _Entry, result: Report | Failure) -> None:
        signed = self.plan.signatures
        if isinstance(result, Failure):
            kept.failures.append(KeptFailure(_failure_key(entry), signed.translate, failure_as_json(result)))
            return
        seconds = {timing.stage: timing.seconds for timing in result.timings}
        if entry.task and entry.task.translation is None:
            value = value_as_json(result.translation)
            kept.translations.append(KeptTranslation(entry.key, signed.translate, seconds.get("translate"), value))
        if _lacks_summary(result):
            return
        kept.summaries.append(
            KeptSummary(
                entry.key,
                signed.translate,
                signed.summarize,
                seconds.get("summarize"),
                result.signature,
                value_as_json(result.summary),
            )
        )

    def _count_result(self, entry: _Entry, result: Report | Failure) -> None:
        if isinstance(result, Failure):
            self._judge(result)
            self._count(failed=1)
        elif entry.task:
            segments = len(result.translation.title) + len(result.translation.segments)
            self._count(done=1, segments=segments, words=_words(result.article))
        else:
            self._count(done=1)

    def _judge(self, result: Report | Failure | None) -> None:
        if self.plan.strict and isinstance(result, Failure):
            self.state = "failed"

    def _count(self, *, done: int = 0, failed: int = 0, kept: int = 0, segments: int = 0, words: int = 0) -> None:
        p = self._progress
        self._progress = Progress(
            p.done + done,
            p.failed + failed,
            p.kept + kept,
            p.segments + segments,
            p.words + words,
            time.monotonic() - self._working if self._working else 0.0,
        )

    # ------------------------------------------------------------ the index and the manifest

    def write_index(self) -> None:
        """The page of all that is written, behind the manifest that it tells of, where they may have changed."""
        if self.plan.config.report.index and (self._changed or self._before != about_run(self.output.path)):
            publish_run(self.output, self.plan.config.report.formats)

    def write_manifest(self, state: str) -> None:
        """What this run is and where it stands; `state` is running, done, interrupted or failed."""
        session = Session(self._started, time.monotonic() - self._clock, self._progress)
        values = manifest(state, self.plan, self._inputs, self.output.totals(), session)
        self.output.write_manifest(values)


def _taken(window: deque[_Entry], results: int) -> list[_Entry]:
    """The first entries of a window, taken out of it: those with so many tasks, and what is known behind them."""
    taken = list[_Entry]()
    while window and (results or not window[0].task):
        results -= window[0].task is not None
        taken.append(window.popleft())
    return taken


def _duplicate(article: Article) -> Failure:
    message = (
        f"{article.place or article.id}: the folder has another article with the id {article.id!r}: give this one "
        "its own id, or run all inputs again without --append if it was changed"
    )
    return Failure(article.id, article.place, InputError.__name__, message)


def _line(entry: _Entry, result: Report | Failure, row: str) -> Line:
    if isinstance(result, Failure):
        return Line(entry.position, entry.digest, failure_as_json(result), result.error, 0, {}, row)
    counts = Counter(flag.name for flag in all_flags(result))
    words = _words(result.article)
    return Line(entry.position, entry.digest, report_as_json(result, indent=None), "", words, counts, row)


def _lacks_summary(report: Report) -> bool:
    """Whether the summary model failed: that is not kept as its work, so that a later run can try again."""
    return report.summary is not None and any(flag.name == SUMMARY_FAILED for flag in report.summary.flags)


def _timings(translating: float | None, summarizing: float | None) -> tuple[Timing, ...]:
    stages = (("translate", translating), ("summarize", summarizing))
    return tuple(Timing(stage, seconds) for stage, seconds in stages if seconds is not None)


def _words(article: Article) -> int:
    return len(article.title.split()) + len(article.text.split())


def _failure_key(entry: _Entry) -> bytes:
    """Failures are kept for an article in its place: their messages name it, equal texts may stand in many places."""
    place = "" if isinstance(entry.item, Failure) else entry.item.place
    return _hash(entry.key, entry.item.id.encode("utf-8", "surrogatepass"), place.encode("utf-8", "surrogatepass"))


def _hash(*parts: bytes) -> bytes:
    """SHA-256 over the parts, each with its length in front, so that no two lists of parts are the same bytes."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()
