"""`mt translate` and `mt summarize`: one stage of the pipeline, its text to stdout."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mt.cli.common import (
    DONE,
    SOME_FAILED,
    add_summary_options,
    articles_of,
    config_of,
    existing,
    pipeline_of,
    say,
    summary_sets,
)

if TYPE_CHECKING:
    from mt.cli.parser import Commands
    from mt.pipeline import Pipeline
    from mt.records import Article, Failure, Report


def add_to(commands: Commands) -> None:
    """Add `mt translate` and `mt summarize`."""
    for name, command, about in (
        ("translate", translate, "translate Arabic articles and print the English text"),
        ("summarize", summarize, "summarize English articles and print the summaries"),
    ):
        parser = commands.add(name, command, about, articles=True)
        parser.add_argument("--json", action="store_true", help="print complete records as JSON Lines")
        if command is summarize:
            add_summary_options(parser)


def translate(options: argparse.Namespace) -> int:
    """English text of each article to stdout."""
    config = config_of(options)
    config = config.model_copy(update={"summarize": config.summarize.model_copy(update={"enabled": False})})
    sources = existing(options.articles)
    return print_each(pipeline_of(config), articles_of(sources, config), _as_json if options.json else _english)


def summarize(options: argparse.Namespace) -> int:
    """Summary of each English article to stdout."""
    # As a setting, not a change of the loaded configuration: a stage that is on is checked, its model's licence too.
    config = config_of(options, "summarize.enabled=true", *summary_sets(options))
    sources = existing(options.articles)
    pipeline = pipeline_of(config, translate=False)
    return print_each(pipeline, articles_of(sources, config), _as_json if options.json else _summary)


def print_each(pipeline: Pipeline, articles: Iterator[Article | Failure], form: Callable[[Report], str]) -> int:
    from mt.records import Failure

    failed = 0
    for index, result in enumerate(pipeline.run(articles)):
        _tell(result)
        if isinstance(result, Failure):
            failed += 1
        else:
            print(f"{form(result)}" if form is _as_json or index == 0 else f"\n{form(result)}", flush=True)
            _tell_doubts(result)
    return SOME_FAILED if failed else DONE


def _as_json(report: Report) -> str:
    from mt.reports.json import report_as_json

    return report_as_json(report, indent=None)


def _english(report: Report) -> str:
    title = report.translation.title_text
    return f"{title}\n\n{report.translation.text}" if title else report.translation.text


def _summary(report: Report) -> str:
    if report.summary is None:
        return ""
    return "\n\n".join(summary.text for summary in (report.summary, *report.summary.others))


def _tell_doubts(report: Report) -> None:
    """The doubts of a report on stderr, a line each; the text on stdout has no marks."""
    from mt.reports.doubts import doubts, reason, whole_flags

    for flag in whole_flags(report):
        say(f"mt: {report.article.id}: ⚠ {reason(flag)}")
    for doubt in doubts(report):
        places = {"title": "title", "summary": f"summary sentence {doubt.index + 1}"}
        sentence = "the article" if doubt.segment is None else f"sentence {doubt.segment + 1}"
        why = "; ".join(map(str, doubt.reasons))
        say(f"mt: {report.article.id}: ⚠ {places.get(doubt.part, sentence)}: {why}")


def _tell(result: Report | Failure) -> None:
    from mt.records import Failure

    if isinstance(result, Failure):
        say(f"mt: failed: {result.message}")
    else:
        from mt.runs.progress import effort

        say(f"mt: {result.article.id}: {effort(result)}")
