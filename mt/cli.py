"""The command line. Data goes to stdout, everything else to stderr; only this module ends the process.

Exit codes: 0 all done, 1 some articles failed, 2 the request is impossible, 130 interrupted.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import mt
from mt.errors import ConfigError, InputError, MtError

if TYPE_CHECKING:
    from mt.config import Config
    from mt.evaluation import Request
    from mt.pipeline import Pipeline
    from mt.records import Article, Failure, Report
    from mt.reports.writing import Format
    from mt.runs.executors import Executor
    from mt.runs.progress import Bar, Few, JsonLines, Lines

DONE, SOME_FAILED, IMPOSSIBLE, INTERRUPTED = 0, 1, 2, 130

FORMATS = ("json", "md", "txt", "html", "parquet")

FEW = 20
"""Up to so many articles, `mt run -o` prints the paths of their reports; of more, only `--show` does."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal of another encoding ends no command
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO if options.verbose else logging.WARNING, format="%(message)s"
    )
    logging.getLogger("mt").setLevel(logging.INFO)
    try:
        command: Callable[[argparse.Namespace], int] = options.command
        return command(options)
    except MtError as error:
        _complain(options, str(error))
        return IMPOSSIBLE
    except KeyboardInterrupt:
        _complain(options, "interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of stdout is gone; without this Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SOME_FAILED
    except Exception:
        # Python's own exit code would be 1, which says that every article was tried.
        traceback.print_exc()
        _complain(options, "this is a fault in mt itself; what was finished before is kept")
        return IMPOSSIBLE


# ---------------------------------------------------------------- commands


def _run(options: argparse.Namespace) -> int:
    """Translate and summarize into a folder; without one, the reports go to stdout as text."""
    config = _report_config(_config(options), options.format)
    sources = _existing(options.articles)
    _look_over(config)
    if options.output is None:
        from mt.reports.text import as_text

        return _print_each(_pipeline(config), _articles(sources, config), as_text)
    return _run_into(options.output, config, sources, options)


def _run_into(folder: Path, config: Config, sources: Sequence[str], options: argparse.Namespace) -> int:
    from mt.pipeline import signatures
    from mt.runs.batch import Plan, run_batch
    from mt.runs.interrupts import Interrupts
    from mt.runs.shards import Shard

    shard = Shard.parse(options.shard) if options.shard else None
    articles: Iterator[Article | Failure] = islice(_articles(sources, config), options.limit)
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


def _merge(options: argparse.Namespace) -> int:
    """The output folders of all shards of a run as one."""
    from mt.runs.shards import merge_shards

    merged = merge_shards(options.output, options.shards)
    _say(f"mt: {merged.done} done, {merged.failed} failed; in {options.output}")
    return SOME_FAILED if merged.failed else DONE


def _report(options: argparse.Namespace) -> int:
    """Reports and index page of an output folder from its records, without a model; the index's path to stdout."""
    from mt.runs.publishing import publish

    each, parquet = _formats(options.format)
    made = publish(options.output, each if options.format else None, parquet=parquet)
    print(made.index)
    _say(f"mt: reports of {made.done} articles; {made.failed} had failed")
    return DONE


def _translate(options: argparse.Namespace) -> int:
    """English text of each article to stdout."""
    config = _config(options)
    config = config.model_copy(update={"summarize": config.summarize.model_copy(update={"enabled": False})})
    sources = _existing(options.articles)
    return _print_each(_pipeline(config), _articles(sources, config), _as_json if options.json else _english)


def _summarize(options: argparse.Namespace) -> int:
    """Summary of each English article to stdout."""
    # As a setting, not a change of the loaded configuration: a stage that is on is checked, its model's licence too.
    config = _config(options, "summarize.enabled=true")
    sources = _existing(options.articles)
    pipeline = _pipeline(config, translate=False)
    return _print_each(pipeline, _articles(sources, config), _as_json if options.json else _summary)


def _check_config(options: argparse.Namespace) -> int:
    """The configuration as it is after file, environment and command line, to stdout as YAML."""
    import yaml

    from mt.terms import load_glossaries, load_lexicons

    config = _config(options)
    load_glossaries(config.translate.glossaries)  # part of the configuration, in files of their own
    load_lexicons(config.translate.hints)
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


def _train(options: argparse.Namespace) -> int:
    """Train a translator on pairs of sentences into a folder; the paths of what was made to stdout."""
    from mt.runs.interrupts import Interrupts
    from mt.training import load_training
    from mt.training.settings import overrides

    config = load_training(options.config, [*overrides(options.pairs, options.dev, options.minutes), *_sets(options)])
    from mt.training.loop import Watch
    from mt.training.recipe import train

    with Interrupts(_say) as interrupts:
        outcome = train(config, options.output, Watch(_say, interrupts))
    if outcome.model is None:
        _say(f"mt: stopped at step {outcome.progress.step}; the same command goes on from here")
        return INTERRUPTED
    for path in filter(None, (outcome.model, outcome.packed)):
        print(path)
    return DONE


def _evaluate(options: argparse.Namespace) -> int:
    """Scores of outputs against references to stdout, as Markdown tables."""
    from mt.evaluation import as_json, as_markdown, evaluate, gather
    from mt.files import write_whole

    config = _config(options)
    if options.floor is not None:
        return _check_floor(options, config)
    request = _evaluation_request(options)
    material = gather(request, config)
    if options.save is not None:
        made = next(system for system in material.systems if system.name == request.make)
        write_whole(options.save, "".join(f"{' '.join(output.split())}\n" for output in made.outputs))
    evaluation = evaluate(material, request.comet, request.resamples)
    if options.json is not None:
        write_whole(options.json, as_json(evaluation))
    print(as_markdown(evaluation), end="")
    return DONE


def _check_floor(options: argparse.Namespace, config: Config) -> int:
    """Exit code 1 when the configuration's translator is under the floor; with `--raise-floor` the floor follows."""
    from mt.evaluation.floor import MOST_DROP, chrf_of, measure, read_floor, write_floor

    floor = read_floor(options.floor)
    scores = measure(floor, config)
    chrf = chrf_of(scores)
    print(
        f"chrF {chrf.value:.2f} on {len(floor.pairs)} sentences; floor {floor.chrf}, and at most {MOST_DROP} under it"
    )
    if options.raise_floor:
        write_floor(options.floor, floor.raised(chrf, scores.made_by))
    return DONE if floor.holds(chrf.value) else SOME_FAILED


def _models(options: argparse.Namespace) -> int:
    """What the model cache holds, to stdout as a table."""
    from mt.engines.models.store import cache_folder, cached_models, resolve

    config = _config(options)
    cache = cache_folder(config.cache)
    if options.fetch:
        for wanted in config.models.values():
            resolve(wanted, offline=config.offline, cache=cache)
    print(f"{'model':<62} {'MB':>7}  {'licence':<14} revision")
    for model in cached_models(cache):
        print(f"{model.name:<62} {model.bytes / 1e6:>7.1f}  {model.license or '?':<14} {model.revision}")
    _say(f"mt: model cache {cache}")
    return DONE


# ---------------------------------------------------------------- parts of commands


def _config(options: argparse.Namespace, *settings: str) -> Config:
    from mt.config import load_config

    return load_config(options.config, [*_sets(options), *settings])


def _sets(options: argparse.Namespace) -> list[str]:
    return [*options.set, *(["offline=true"] if options.offline else [])]


def _evaluation_request(options: argparse.Namespace) -> Request:
    from mt.evaluation import Request, parse_system
    from mt.evaluation.comet import MODEL, Comet
    from mt.evaluation.task import OWN

    if options.reference is None:
        raise InputError("nothing to compare with: wanted --reference FILE (or --floor FILE)")
    make = options.make or (None if options.system else OWN)
    if options.save is not None and make is None:
        raise InputError("--save: no outputs are made here; wanted --make NAME, too")
    return Request(
        reference=options.reference,
        source=options.source,
        kind="summaries" if options.summaries else "translation",
        systems=tuple(parse_system(text) for text in options.system),
        make=make,
        baseline=options.baseline,
        comet=Comet(options.comet, options.comet_model or MODEL, options.comet_gpus) if options.comet else None,
        resamples=options.resamples,
    )


def _report_config(config: Config, formats: Sequence[str] | None) -> Config:
    """The configuration with the files that `--format` asks for, where it does."""
    if not formats:
        return config
    each, parquet = _formats(formats)
    report = config.report.model_copy(update={"formats": each, "parquet": parquet})
    return config.model_copy(update={"report": report})


def _formats(names: Sequence[str] | None) -> tuple[tuple[Format, ...], bool]:
    """What `--format` asks for: files for each article, and whether all of them as Parquet."""
    from mt.reports.writing import Format

    return tuple(kind for kind in get_args(Format) if kind in (names or ())), "parquet" in (names or ())


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

    return InProcess(lambda: _pipeline(config))


def _pipeline(config: Config, *, translate: bool = True) -> Pipeline:
    from mt.pipeline import Pipeline

    return Pipeline.from_config(config, translate=translate)


def _look_over(config: Config) -> None:
    """The cheap part of `mt doctor`: raise what would stop the run before anything is loaded."""
    from mt.doctor import look_over

    if faults := [str(finding) for finding in look_over(config, import_torch=False) if finding.level == "fail"]:
        raise ConfigError("\n".join(["this cannot work here (see mt doctor):", *faults]))


def _existing(sources: Sequence[str]) -> Sequence[str]:
    """The sources, when all of them are there: a mistyped name should not surface after an hour of work."""
    from glob import has_magic

    missing = [s for s in sources if s != "-" and not s.startswith("hf:") and not has_magic(s) and not Path(s).exists()]
    if missing:
        raise InputError("\n".join(["no such file or folder:", *(f"  {name}" for name in missing)]))
    return sources


def _articles(sources: Sequence[str], config: Config) -> Iterator[Article | Failure]:
    from mt.reading.articles import read_articles

    return read_articles(sources, options=config.articles, offline=config.offline, strict=False)


def _print_each(pipeline: Pipeline, articles: Iterator[Article | Failure], form: Callable[[Report], str]) -> int:
    from mt.records import Failure

    failed = 0
    for index, result in enumerate(pipeline.run(articles)):
        _tell(result)
        if isinstance(result, Failure):
            failed += 1
        else:
            print(f"{form(result)}" if form is _as_json or index == 0 else f"\n{form(result)}", flush=True)
    return SOME_FAILED if failed else DONE


def _as_json(report: Report) -> str:
    from mt.reports.json import report_as_json

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


def _complain(options: argparse.Namespace, message: str) -> None:
    if getattr(options, "log_json", False):
        from mt.runs.progress import JsonLines

        JsonLines().emit("error", message=message)
    else:
        _say(f"mt: {message}")


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
        "articles",
        nargs="+",
        metavar="ARTICLE",
        help="file (text, HTML, JSON, CSV, Parquet, …), folder, pattern or hf: data set; - for stdin",
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

    _add_run_options(add("run", _run, "translate and summarize Arabic articles and write reports", articles))
    for name, function, about in (
        ("translate", _translate, "translate Arabic articles; English text to stdout"),
        ("summarize", _summarize, "summarize English articles; summaries to stdout"),
    ):
        add(name, function, about, articles).add_argument(
            "--json", action="store_true", help="complete records as JSON Lines"
        )
    merge = add("merge", _merge, "put the outputs of all shards of a run together, in the order of the inputs")
    merge.add_argument("output", type=Path, metavar="OUT", help="folder for the whole, new or from an earlier merge")
    merge.add_argument("shards", type=Path, nargs="+", metavar="SHARD", help="output folder of mt run --shard")
    report = add("report", _report, "make the reports and the index page of an output folder anew, without any model")
    report.add_argument("output", type=Path, metavar="OUT", help="output folder of mt run or mt merge")
    report.add_argument(
        "--format", action="append", choices=FORMATS, help="these files; without it, those that the run wrote"
    )
    add("check-config", _check_config, "check a configuration and print what is in force")
    add("doctor", _doctor, "check files, device and models of a configuration, and try the models; takes seconds")
    _add_train_options(add("train", _train, "train or fine-tune a translator on pairs of sentences (docs/TRAINING.md)"))
    _add_evaluate_options(
        add("evaluate", _evaluate, "score translations or summaries against references, beside other systems'")
    )
    models = add("models", _models, "list the models in the cache with size, licence and revision")
    models.add_argument("--fetch", action="store_true", help="get the models of the configuration into the cache first")
    return parser


def _add_run_options(run: argparse.ArgumentParser) -> None:
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
    run.add_argument("--limit", type=_count, metavar="N", help="only the first N articles")
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


def _add_train_options(train: argparse.ArgumentParser) -> None:
    train.add_argument("pairs", nargs="*", metavar="PAIRS", help="TSV (Arabic, English) or JSON Lines, may be packed")
    train.add_argument("--dev", action="append", metavar="FILE", help="pairs to evaluate on; never trained on")
    train.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="everything goes here; go on with what is there",
    )
    train.add_argument("--minutes", type=float, metavar="N", help="end after so many minutes of training")


def _add_evaluate_options(evaluate: argparse.ArgumentParser) -> None:
    place = "text (a line each), .tsv#COLUMN or .jsonl#FIELD"
    evaluate.add_argument("--reference", metavar="FILE", help=f"what people wrote: {place}")
    evaluate.add_argument(
        "--source",
        metavar="FILE",
        help="what was translated or summarized, in the same forms; needed by --make, checks",
    )
    evaluate.add_argument(
        "--system",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="outputs of a system, in the same forms, or of mt run: its folder, records.jsonl or a report; repeatable",
    )
    evaluate.add_argument(
        "--make",
        metavar="NAME",
        help="make outputs of this name here, with -c; done as `mt` where there is no --system",
    )
    evaluate.add_argument("--save", type=Path, metavar="FILE", help="write the outputs made here, a line each")
    evaluate.add_argument("--summaries", action="store_true", help="summaries of English articles, not translations")
    evaluate.add_argument("--baseline", metavar="NAME", help="compare the others with this system; else the first")
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write all numbers here, too")
    evaluate.add_argument("--resamples", type=_count, default=1000, metavar="N", help="of the bootstrap (1000)")
    evaluate.add_argument(
        "--comet", metavar="PROGRAM", help="also COMET, by the comet-score of another Python environment"
    )
    evaluate.add_argument("--comet-model", metavar="NAME", help="model of --comet, by name or path (wmt22-comet-da)")
    evaluate.add_argument("--comet-gpus", type=int, default=0, metavar="N", help="GPUs for --comet (0: CPU)")
    evaluate.add_argument(
        "--floor",
        type=Path,
        metavar="FILE",
        help="only test the translator against a quality floor; exit code 1: under it",
    )
    evaluate.add_argument("--raise-floor", action="store_true", help="write the score into --floor, where it is higher")


def _workers(text: str) -> int:
    """A number of workers; 0 for `auto`."""
    return 0 if text == "auto" else _count(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"found {text!r}, wanted a number from 1")
    return int(text)
