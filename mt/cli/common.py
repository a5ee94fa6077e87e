"""What the commands share: exit codes, stderr, and the configuration, pipeline and articles of a command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, get_args

from mt.records import ReportFormat
from mt.reports.terminal import visible

if TYPE_CHECKING:
    from mt.config import Config
    from mt.pipeline import Pipeline
    from mt.records import Article, Failure
    from mt.signatures import Resolved

DONE, SOME_FAILED, IMPOSSIBLE, INTERRUPTED = 0, 1, 2, 130

FORMATS = (*get_args(ReportFormat), "parquet")

Command: TypeAlias = Callable[[argparse.Namespace], int]
"""Runs a command with its options; gives the exit code."""


def config_of(options: argparse.Namespace, *settings: str) -> Config:
    """The configuration that the options ask for; `settings`, `key=value`, are the command's own and win over all."""
    from mt.config import load_config

    return load_config(options.config, [*sets_of(options), *settings])


def sets_of(options: argparse.Namespace) -> list[str]:
    """The settings of the command line, `key=value`."""
    return [*options.set, *(["offline=true"] if options.offline else [])]


def pipeline_of(config: Config, *, translate: bool = True, resolved: Resolved | None = None) -> Pipeline:
    """The models of a configuration, loaded."""
    from mt.pipeline import Pipeline

    return Pipeline.from_config(config, translate=translate, resolved=resolved)


def existing(sources: Sequence[str]) -> Sequence[str]:
    """The sources, when all of them exist."""
    from mt.reading.articles import check_sources

    check_sources(sources)
    return sources


def articles_of(
    sources: Sequence[str], config: Config, passed_over: dict[str, int] | None = None
) -> Iterator[Article | Failure]:
    """The articles of the sources; what cannot be read is a failure in its place.

    Files of other kinds in a folder are counted in `passed_over`; without it they are reported on stderr at the end.
    """
    from mt.reading.articles import passed_over_note, read_articles

    counts: dict[str, int] = {} if passed_over is None else passed_over
    yield from read_articles(sources, options=config.articles, offline=config.offline, strict=False, passed_over=counts)
    if passed_over is None and (note := passed_over_note(counts)):
        say(f"mt: {note}")


def formats_of(names: Sequence[str] | None) -> tuple[tuple[ReportFormat, ...], bool]:
    """What `--format` asks for: files for each article, and whether all of them as Parquet."""
    return tuple(kind for kind in get_args(ReportFormat) if kind in (names or ())), "parquet" in (names or ())


STYLES = ("paragraph", "bullets", "headline")


def add_summary_options(parser: argparse.ArgumentParser) -> None:
    """How long summaries are, and of which form."""
    parser.add_argument("--words", type=count, metavar="N", help="length of summaries, about N words")
    parser.add_argument("--bullets", type=count, metavar="N", help="summaries as a list of N points")
    parser.add_argument("--style", action="append", choices=STYLES, help="style of the summaries; repeatable")


def summary_sets(options: argparse.Namespace) -> list[str]:
    """The settings that `add_summary_options` stand for, `key=value`."""
    styles = options.style or (["bullets"] if options.bullets else [])
    given = [f"summarize.style=[{', '.join(styles)}]"] if styles else []
    given += [f"summarize.length.words={options.words}"] if options.words else []
    return given + ([f"summarize.length.bullets={options.bullets}"] if options.bullets else [])


def print_out(text: str) -> None:
    """A line on stdout that no encoding and no reader that went away can turn into an error."""
    from mt.runs.progress import discard_stdout

    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        print(visible(text).encode(encoding, "backslashreplace").decode(encoding), flush=True)
    except (OSError, ValueError, AttributeError):
        discard_stdout()


def count(text: str) -> int:
    """A number from 1, as the type of an option."""
    if not text.isdecimal() or int(text[:_MOST_DIGITS]) == 0:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a whole number, at least 1")
    if len(text) > _MOST_DIGITS:
        raise argparse.ArgumentTypeError(f"found {text[:20]}…, expected a number of at most {_MOST_DIGITS} digits")
    return int(text)


_MOST_DIGITS = 12


def path(text: str) -> Path:
    """A path, as the type of an option. An empty one would be the current folder: a shell's unset variable."""
    if not text.strip():
        raise argparse.ArgumentTypeError("found an empty name, expected a path")
    return Path(text)


def complain(options: argparse.Namespace, message: str) -> None:
    """Say why a command ends, in the form that was asked for."""
    if getattr(options, "log_json", False):
        from mt.runs.progress import JsonLines

        JsonLines().emit("error", message=message)
    else:
        say(f"mt: {message}")


def say(message: str) -> None:
    """A line on stderr."""
    print(visible(message), file=sys.stderr, flush=True)
