"""`mt run`: translate and summarize articles into a folder; their beginning goes to stdout."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mt.cli.common import (
    DONE,
    FORMATS,
    INTERRUPTED,
    SOME_FAILED,
    add_summary_options,
    articles_of,
    config_of,
    count,
    existing,
    formats_of,
    path,
    pipeline_of,
    print_out,
    summary_sets,
)
from mt.errors import ConfigError, InputError

if TYPE_CHECKING:
    from mt.cli.parser import Commands
    from mt.config import Config
    from mt.records import Article, Failure, Report
    from mt.runs.executors import Executor
    from mt.runs.plan import Plan
    from mt.runs.progress import Display
    from mt.signatures import Resolved

FEW = 20
"""Of up to so many articles, `mt run -o` prints summary and first sentences; of more, only `--show` prints."""


def add_to(commands: Commands) -> None:
    """Add `mt run`."""
    run_parser = commands.add("run", run, "translate and summarize Arabic articles and write reports", articles=True)
    _add_options(run_parser)


def _add_options(run: argparse.ArgumentParser) -> None:
    run.add_argument(
        "-o",
        "--output",
        type=path,
        metavar="FOLDER",
        help="output folder; an interrupted run in it is resumed. Without -o, results are only printed",
    )
    run.add_argument(
        "--format",
        action="append",
        choices=FORMATS,
        help="write reports only in this format, besides records.jsonl; repeatable. parquet: one file for all articles",
    )
    add_summary_options(run)
    run.add_argument("--show", action="store_true", help="print complete reports as text; with -v, also repairs")
    run.add_argument("--retry-failed", action="store_true", help="retry articles that failed before")
    run.add_argument("--strict", action="store_true", help="stop at the first article that fails")
    run.add_argument("--limit", type=count, metavar="N", help="process only the first N articles")
    run.add_argument(
        "--workers",
        type=_workers,
        metavar="N",
        help="use N processes, each with its own models; auto: one per GPU, or one per two cores",
    )
    run.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="ray: use a Ray cluster (pip install '.[ray]')",
    )
    run.add_argument(
        "--shard", metavar="I/N", help="process only part I of N, for job arrays; mt merge joins the output folders"
    )
    held = run.add_mutually_exclusive_group()
    held.add_argument("--append", action="store_true", help="keep what is in the folder and add new articles")
    held.add_argument("--replace", action="store_true", help="replace articles of other inputs in the folder")
    run.add_argument(
        "--watch",
        action="store_true",
        help="keep running and process new files as they arrive, until Ctrl-C or SIGTERM",
    )
    run.add_argument(
        "--watch-interval",
        type=_seconds,
        default=10.0,
        metavar="SECONDS",
        help="how often --watch checks for files (default 10)",
    )
    run.add_argument(
        "--metrics", type=path, metavar="FILE", help="write metrics to this file, in Prometheus' text format"
    )
    run.add_argument("--log-json", action="store_true", help="print progress and failures to stderr as JSON Lines")


def run(options: argparse.Namespace) -> int:
    """Translate and summarize into a folder, or only to stdout: summary and first sentences, or all with --show."""
    from mt.signatures import Resolved

    config = _report_config(config_of(options, *summary_sets(options)), options.format)
    sources = existing(options.articles)
    resolved = Resolved(config)
    _look_over(resolved)
    if options.watch:
        return _watch(config, resolved, sources, options)
    if options.output is not None:
        return _run_into(options.output, config, resolved, sources, options)
    with TemporaryDirectory(prefix="mt-") as folder:  # the same run, of which only stdout stays
        report = config.report.model_copy(update={"formats": (), "parquet": False, "index": False})
        return _run_into(Path(folder), config.model_copy(update={"report": report}), resolved, sources, options)


def _run_into(
    folder: Path, config: Config, resolved: Resolved, sources: Sequence[str], options: argparse.Namespace
) -> int:
    from mt.reading.articles import passed_over_note
    from mt.runs.batch import run_batch
    from mt.runs.interrupts import Interrupts

    plan = _plan(config, resolved, sources, options)
    articles: Iterator[Article | Failure] = islice(articles_of(sources, config, plan.passed_over), options.limit)
    articles = plan.shard.take(articles) if plan.shard else articles
    first = list(islice(articles, FEW + 1))
    few = len(first) <= FEW
    plan = replace(plan, tell_kept=few or options.show)
    listener = _listener(options, len(first) if few else None, few=few)
    try:
        with Interrupts(listener.note) as interrupts:
            executor = _executor(config, resolved, options)
            outcome = run_batch(chain(first, articles), folder, plan, executor, listener, interrupts)
    finally:
        listener.close()
    if note := passed_over_note(plan.passed_over):
        listener.note(note)
    place = f"; in {folder}" if options.output else ""
    listener.note(f"{outcome.done} done, {outcome.failed} failed{place}")
    if options.output and (folder / "index.html").exists():
        print_out(str(folder / "index.html"))
    if outcome.ahead and options.output:
        listener.note(f"articles finished out of order, kept for the next run: {outcome.ahead}")
    if outcome.interrupted:
        listener.note("interrupted" + ("; run the same command to resume" if options.output else ""))
        return INTERRUPTED
    return SOME_FAILED if outcome.failed else DONE


def _watch(config: Config, resolved: Resolved, sources: Sequence[str], options: argparse.Namespace) -> int:
    """Append the articles of new files, until a signal ends it, which is its normal end."""
    from mt.reading.articles import read_articles
    from mt.runs.interrupts import Interrupts
    from mt.runs.watching import watch

    given = {"--limit": options.limit, "--replace": options.replace, "-": "-" in sources}
    if wrong := [name for name, value in given.items() if value]:
        raise InputError(f"--watch cannot be combined with {wrong[0]}")
    if options.output is None:
        raise InputError("--watch needs an output folder: -o FOLDER")

    def read(accept: Callable[[Path], bool]) -> Iterator[Article | Failure]:
        return read_articles(sources, options=config.articles, offline=config.offline, strict=False, accept=accept)

    plan = _plan(config, resolved, sources, options)
    listener = _listener(options, None, few=False)
    listener.note(
        f"watching {', '.join(sources)}; checking every {options.watch_interval:g} s, until Ctrl-C or SIGTERM"
    )
    try:
        with Interrupts(listener.note) as interrupts:
            executor = _executor(config, resolved, options)
            outcome = watch(
                sources, read, options.output, plan, executor, listener, interrupts, interval=options.watch_interval
            )
    finally:
        listener.close()
    listener.note(f"{outcome.done} done, {outcome.failed} failed; in {options.output}")
    return SOME_FAILED if outcome.failed else DONE


def _plan(config: Config, resolved: Resolved, sources: Sequence[str], options: argparse.Namespace) -> Plan:
    from mt.runs.plan import Plan
    from mt.runs.shards import Shard
    from mt.signatures import signatures

    return Plan(
        config,
        signatures(resolved),
        retry_failed=options.retry_failed,
        strict=options.strict,
        replace=options.replace,
        append=options.append,
        inputs=tuple(sources),
        shard=Shard.parse(options.shard) if options.shard else None,
    )


def _report_config(config: Config, formats: Sequence[str] | None) -> Config:
    """The configuration with the files that `--format` asks for, where it does."""
    if not formats:
        return config
    each, parquet = formats_of(formats)
    report = config.report.model_copy(update={"formats": each, "parquet": parquet})
    return config.model_copy(update={"report": report})


def _listener(options: argparse.Namespace, total: int | None, *, few: bool) -> Display:
    """The listener that prints how the run goes; a handful of articles are listed one by one."""
    from mt.reports.text import as_brief, as_text
    from mt.runs.progress import Bar, Few, JsonLines, Lines, expected

    def show(report: Report) -> str:
        if options.show or options.verbose:
            return as_text(report, repairs=options.verbose)
        return as_brief(report) if options.output else as_brief(report, "with --show or -o FOLDER")

    under: Display
    if options.log_json:
        under = JsonLines()
    elif sys.stderr.isatty():
        under = Bar(total or expected(options.articles))
    else:
        under = Lines()
    if options.metrics:
        from mt.runs.metrics import Metrics

        under = Metrics(options.metrics, under)
    if options.output is None:
        return Few(show, under, required=True)
    return Few(show, under) if few or options.show else under


def _executor(config: Config, resolved: Resolved, options: argparse.Namespace) -> Executor:
    if options.engine == "ray":
        from mt.runs.ray import Ray

        return Ray(config, options.workers)
    if options.workers is not None:
        from mt.runs.processes import Processes, automatic_workers

        return Processes(config, options.workers or automatic_workers())
    from mt.runs.executors import InProcess

    return InProcess(lambda: pipeline_of(config, resolved=resolved))


def _look_over(resolved: Resolved) -> None:
    """The cheap part of `mt doctor`: raise what would stop the run before anything is loaded."""
    from mt.doctor import look_over

    if faults := [
        str(finding)
        for finding in look_over(resolved.config, import_torch=False, resolved=resolved)
        if finding.level == "fail"
    ]:
        raise ConfigError("\n".join(["this configuration cannot run here (mt doctor tells more):", *faults]))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a number of seconds over 0")
    return seconds


def _workers(text: str) -> int:
    """A number of workers; 0 for `auto`."""
    return 0 if text == "auto" else count(text)
