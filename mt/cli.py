"""The command line. Data goes to stdout, everything else to stderr; only this module ends the process.

Exit codes: 0 all done, 1 some articles failed, 2 the request is impossible, 130 interrupted.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import mt
from mt.errors import ConfigError, InputError, MtError

if TYPE_CHECKING:
    from mt.config import Config
    from mt.pipeline import Pipeline
    from mt.records import Article, Failure, Report

DONE, SOME_FAILED, IMPOSSIBLE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO if options.verbose else logging.WARNING, format="%(message)s"
    )
    logging.getLogger("mt").setLevel(logging.INFO)
    try:
        command: Callable[[argparse.Namespace], int] = options.command
        return command(options)
    except MtError as error:
        _say(f"mt: {error}")
        return IMPOSSIBLE
    except KeyboardInterrupt:
        _say("mt: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of stdout is gone; without this Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SOME_FAILED


# ---------------------------------------------------------------- commands


def _run(options: argparse.Namespace) -> int:
    """Translate and summarize, write reports; stdout gets their paths, or the reports as text without a folder."""
    from mt.batch import run_batch
    from mt.reports import as_text

    config = _config(options)
    if options.format:
        config = config.model_copy(
            update={"report": config.report.model_copy(update={"formats": tuple(options.format)})}
        )
    sources = _existing(options.articles)
    _look_over(config)
    pipeline = _pipeline(config)
    if options.output is None:
        return _print_each(pipeline, sources, as_text)

    def tell(result: Report | Failure, paths: tuple[Path, ...]) -> None:
        _tell(result)
        for path in paths:
            print(path)
        if options.show and paths:
            print(f"\n{as_text(result)}")  # type: ignore[arg-type]
        sys.stdout.flush()

    outcome = run_batch(pipeline, _articles(sources), options.output, config.report, tell)
    _say(f"mt: {outcome.done} done, {outcome.failed} failed; reports in {options.output}")
    return SOME_FAILED if outcome.failed else DONE


def _translate(options: argparse.Namespace) -> int:
    """English text of each article to stdout."""
    config = _config(options)
    config = config.model_copy(update={"summarize": config.summarize.model_copy(update={"enabled": False})})
    return _print_each(_pipeline(config), _existing(options.articles), _as_json if options.json else _english)


def _summarize(options: argparse.Namespace) -> int:
    """Summary of each English article to stdout."""
    config = _config(options)
    config = config.model_copy(update={"summarize": config.summarize.model_copy(update={"enabled": True})})
    pipeline = _pipeline(config, translate=False)
    return _print_each(pipeline, _existing(options.articles), _as_json if options.json else _summary)


def _check_config(options: argparse.Namespace) -> int:
    """The configuration as it is after file, environment and command line, to stdout as YAML."""
    import yaml

    config = _config(options)
    print(yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=100), end="")
    _say("mt: the configuration is sound")
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    """Findings about configuration, machine and models to stdout, a line each; 0 sound, 1 doubts, 2 it cannot work."""
    from mt.doctor import examine

    levels = set()
    for finding in examine(_config(options)):
        print(finding, flush=True)
        levels.add(finding.level)
    return IMPOSSIBLE if "fail" in levels else SOME_FAILED if "warn" in levels else DONE


def _models(options: argparse.Namespace) -> int:
    """What the model cache holds, to stdout as a table."""
    from mt.engines.store import cache_folder, cached_models, resolve

    config = _config(options)
    cache = cache_folder(config.cache)
    if options.fetch:
        for stage in (config.translate, config.summarize):
            resolve(stage.model, offline=config.offline, cache=cache)
    print(f"{'model':<62} {'MB':>7}  {'licence':<14} revision")
    for model in cached_models(cache):
        print(f"{model.name:<62} {model.bytes / 1e6:>7.1f}  {model.license or '?':<14} {model.revision}")
    _say(f"mt: model cache {cache}")
    return DONE


# ---------------------------------------------------------------- parts of commands


def _config(options: argparse.Namespace) -> Config:
    from mt.config import load_config

    return load_config(options.config, [*options.set, *(["offline=true"] if options.offline else [])])


def _pipeline(config: Config, *, translate: bool = True) -> Pipeline:
    from mt.pipeline import Pipeline

    return Pipeline.from_config(config, translate=translate)


def _look_over(config: Config) -> None:
    """The cheap part of `mt doctor`: raise what would stop the run before anything is loaded."""
    from mt.doctor import look_over

    if faults := [str(finding) for finding in look_over(config) if finding.level == "fail"]:
        raise ConfigError("\n".join(["this cannot work here (see mt doctor):", *faults]))


def _existing(sources: Sequence[str]) -> Sequence[str]:
    """The sources, when all of them are there: a mistyped name should not surface after an hour of work."""
    from glob import has_magic

    missing = [s for s in sources if s != "-" and not has_magic(s) and not Path(s).exists()]
    if missing:
        raise InputError("\n".join(["no such file or folder:", *(f"  {name}" for name in missing)]))
    return sources


def _articles(sources: Sequence[str]) -> Iterator[Article | Failure]:
    from mt.articles import read_articles

    return read_articles(sources, strict=False)


def _print_each(pipeline: Pipeline, sources: Sequence[str], form: Callable[[Report], str]) -> int:
    from mt.records import Failure

    failed = 0
    for index, result in enumerate(pipeline.run(_articles(sources))):
        _tell(result)
        if isinstance(result, Failure):
            failed += 1
        else:
            print(f"{form(result)}" if form is _as_json or index == 0 else f"\n{form(result)}", flush=True)
    return SOME_FAILED if failed else DONE


def _as_json(report: Report) -> str:
    from mt.reports import report_as_json

    return report_as_json(report, indent=None)


def _english(report: Report) -> str:
    title = report.translation.title_text
    return f"{title}\n\n{report.translation.text}" if title else report.translation.text


def _summary(report: Report) -> str:
    return report.summary.text if report.summary else ""


def _tell(result: Report | Failure) -> None:
    from mt.records import Failure

    if isinstance(result, Failure):
        _say(f"mt: failed: {result.message}")
    else:
        seconds = sum(timing.seconds for timing in result.timings)
        _say(f"mt: {result.article.id}: {len(result.translation.segments)} segments in {seconds:.1f} s")


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


# ---------------------------------------------------------------- options


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "-c", "--config", metavar="FILE", help="a configuration file, or a ready-made one by name (embedded)"
    )
    common.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="set one key, as translate.decoding.num_beams=1"
    )
    common.add_argument("--offline", action="store_true", help="make no network call at all")
    common.add_argument("-v", "--verbose", action="store_true", help="tell more on stderr")
    articles = argparse.ArgumentParser(add_help=False)
    articles.add_argument(
        "articles", nargs="+", metavar="ARTICLE", help="text or JSON file, folder or pattern; - for stdin"
    )
    parser = argparse.ArgumentParser(prog="mt", description=mt.__doc__)
    parser.add_argument("--version", action="version", version=f"mt {mt.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, function: Callable[[argparse.Namespace], int], about: str, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about, parents=[*parents, common])
        command.set_defaults(command=function)
        return command

    run = add("run", _run, "translate and summarize Arabic articles and write reports", articles)
    run.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER", help="write reports here; without it they go to stdout as text"
    )
    run.add_argument("--format", action="append", choices=("json", "md", "txt"), help="only these report files")
    run.add_argument("--show", action="store_true", help="print the reports as text too")
    for name, function, about in (
        ("translate", _translate, "translate Arabic articles; English text to stdout"),
        ("summarize", _summarize, "summarize English articles; summaries to stdout"),
    ):
        add(name, function, about, articles).add_argument(
            "--json", action="store_true", help="complete records as JSON Lines"
        )
    add("check-config", _check_config, "check a configuration and print what is in force")
    add("doctor", _doctor, "check files, device and models of a configuration, and try the models; takes seconds")
    models = add("models", _models, "list the models in the cache with size, licence and revision")
    models.add_argument("--fetch", action="store_true", help="get the models of the configuration into the cache first")
    return parser
