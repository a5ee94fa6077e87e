"""`mt run`: translate and summarize articles into a folder, or to stdout."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from mt.cli.common import (
    DONE,
    FORMATS,
    INTERRUPTED,
    SOME_FAILED,
    articles_of,
    config_of,
    count,
    existing,
    formats_of,
    pipeline_of,
)
from mt.cli.texts import print_each
from mt.errors import ConfigError

if TYPE_CHECKING:
    from mt.cli.parser import Commands
    from mt.config import Config
    from mt.records import Article, Failure
    from mt.runs.executors import Executor
    from mt.runs.progress import Bar, Few, JsonLines, Lines

FEW = 20
"""Up to so many articles, `mt run -o` prints the paths of their reports; of more, only `--show` does."""


def add_to(commands: Commands) -> None:
    """Add `mt run`."""
    run_parser = commands.add("run", run, "translate and summarize Arabic articles and write reports", articles=True)
    _add_options(run_parser)


def _add_options(run: argparse.ArgumentParser) -> None:
    run.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FOLDER",
        help="write everything here, and go on with what is there; without it reports go to stdout as text",
    )
    run.add_argument(
        "--format",
        action="append",
        choices=FORMATS,
        help="only these files besides records.jsonl: one for each article, or all of them as Parquet",
    )
    run.add_argument("--show", action="store_true", help="print the reports as text too")
    run.add_argument("--retry-failed", action="store_true", help="work again on articles that failed before")
    run.add_argument("--strict", action="store_true", help="end the run at the first article that fails")
    run.add_argument("--limit", type=count, metavar="N", help="only the first N articles")
    run.add_argument(
        "--workers",
        type=_workers,
        metavar="N",
        help="work in N processes, each with its own models; auto: one for each GPU, or as the cores allow",
    )
    run.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="ray: workers on a Ray cluster (pip install '.[ray]')",
    )
    run.add_argument(
        "--shard", metavar="I/N", help="only part I of N of the articles, for job arrays; mt merge joins the outputs"
    )
    run.add_argument("--log-json", action="store_true", help="progress and failures on stderr as JSON Lines")


def run(options: argparse.Namespace) -> int:
    """Translate and summarize into a folder; without one, the reports go to stdout as text."""
    config = _report_config(config_of(options), options.format)
    sources = existing(options.articles)
    _look_over(config)
    if options.output is None:
        from mt.reports.text import as_text

        return print_each(pipeline_of(config), articles_of(sources, config), as_text)
    return _run_into(options.output, config, sources, options)


def _run_into(folder: Path, config: Config, sources: Sequence[str], options: argparse.Namespace) -> int:
    from mt.pipeline import signatures
    from mt.runs.batch import Plan, run_batch
    from mt.runs.interrupts import Interrupts
    from mt.runs.shards import Shard

    shard = Shard.parse(options.shard) if options.shard else None
    articles: Iterator[Article | Failure] = islice(articles_of(sources, config), options.limit)
    articles = shard.take(articles) if shard else articles
    first = list(islice(articles, FEW + 1))
    few = len(first) <= FEW
    listener = _listener(options, len(first) if few else None, few=few)
    executor = _executor(config, options)
    try:
        plan = Plan(
            config,
            signatures(config),
            retry_failed=options.retry_failed,
            strict=options.strict,
            tell_kept=few or options.show,
            inputs=tuple(sources),
            shard=shard,
        )
        with Interrupts(listener.note) as interrupts:
            outcome = run_batch(chain(first, articles), folder, plan, executor, listener, interrupts)
    finally:
        listener.close()
    listener.note(f"{outcome.done} done, {outcome.failed} failed; in {folder}")
    if outcome.interrupted:
        listener.note("interrupted; the same command goes on from here")
        return INTERRUPTED
    return SOME_FAILED if outcome.failed else DONE


def _report_config(config: Config, formats: Sequence[str] | None) -> Config:
    """The configuration with the files that `--format` asks for, where it does."""
    if not formats:
        return config
    each, parquet = formats_of(formats)
    report = config.report.model_copy(update={"formats": each, "parquet": parquet})
    return config.model_copy(update={"report": report})


def _listener(options: argparse.Namespace, total: int | None, *, few: bool) -> Bar | Few | JsonLines | Lines:
    """Who tells how the run goes; a handful of articles are told one by one."""
    from mt.reports.text import as_text
    from mt.runs.progress import Bar, Few, JsonLines, Lines, expected

    under: JsonLines | Bar | Lines
    if options.log_json:
        under = JsonLines()
    elif sys.stderr.isatty() and not few:
        under = Bar(total or expected(options.articles))
    else:
        under = Lines()
    return Few(as_text if options.show else None, under) if few or options.show else under


def _executor(config: Config, options: argparse.Namespace) -> Executor:
    if options.engine == "ray":
        from mt.runs.ray import Ray

        return Ray(config, options.workers)
    if options.workers is not None:
        from mt.runs.processes import Processes, automatic_workers

        return Processes(config, options.workers or automatic_workers())
    from mt.runs.executors import InProcess

    return InProcess(lambda: pipeline_of(config))


def _look_over(config: Config) -> None:
    """The cheap part of `mt doctor`: raise what would stop the run before anything is loaded."""
    from mt.doctor import look_over

    if faults := [str(finding) for finding in look_over(config, import_torch=False) if finding.level == "fail"]:
        raise ConfigError("\n".join(["this cannot work here (see mt doctor):", *faults]))


def _workers(text: str) -> int:
    """A number of workers; 0 for `auto`."""
    return 0 if text == "auto" else count(text)
