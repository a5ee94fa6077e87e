"""`mt evaluate`: scores of outputs against references."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mt.cli.common import DONE, SOME_FAILED, config_of, count, path, sets_of
from mt.errors import InputError

if TYPE_CHECKING:
    from mt.cli.parser import Commands
    from mt.config import Config
    from mt.evaluation import Configured, Material, Request


EXAMPLES = """\
examples:
  mt evaluate --source dev.ar --reference dev.en
      score the default configuration, with a translation for each line of dev.en
  mt evaluate --source dev.ar --reference dev.en --make small=embedded-small --make mine=my.yaml
      compare two configurations
  mt evaluate --source dev.ar --reference dev.en --make mt --make one-beam=translate.decoding.num_beams=1
      compare the default with one changed setting
  mt evaluate --source dev.ar --reference dev.en --make mt --system Google=google.en
      compare with outputs that you have
  mt evaluate --summaries --source news.jsonl#text --reference news.jsonl#summary --make embedded --make llm
      compare summaries by two ready configurations
"""


def add_to(commands: Commands) -> None:
    """Add `mt evaluate`."""
    about = "score translations or summaries against references, and compare systems"
    parser = commands.add("evaluate", evaluate, about)
    parser.epilog, parser.formatter_class = EXAMPLES, argparse.RawDescriptionHelpFormatter
    _add_options(parser)


def _add_options(evaluate: argparse.ArgumentParser) -> None:
    place = "a text file (one per line), .tsv#COLUMN or .jsonl#FIELD"
    evaluate.add_argument("--reference", metavar="FILE", help=f"reference translations or summaries: {place}")
    evaluate.add_argument(
        "--source",
        metavar="FILE",
        help="source texts, in the same formats; needed for --make and for the checks",
    )
    evaluate.add_argument(
        "--system",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="outputs of a system, in the same formats, or of mt run (folder, records.jsonl or report); repeatable",
    )
    evaluate.add_argument(
        "--make",
        action="append",
        default=[],
        metavar="NAME[=CONFIG][,KEY=VALUE…]",
        help="translate or summarize the sources here and call this system NAME; CONFIG is a configuration (default: "
        "that of -c), each KEY=VALUE changes a key as --set does for all; repeatable (default: mt, if there is no "
        "--system)",
    )
    evaluate.add_argument(
        "--save",
        type=path,
        metavar="FILE",
        help="write the outputs of --make to this file, one per line; those of several to a .tsv, one column each",
    )
    evaluate.add_argument(
        "--summaries", action="store_true", help="evaluate summaries of English articles instead of translations"
    )
    evaluate.add_argument(
        "--baseline", metavar="NAME", help="compare the other systems with this one (default: the first)"
    )
    evaluate.add_argument("--json", type=path, metavar="FILE", help="write all numbers to this file, too")
    evaluate.add_argument(
        "--resamples", type=count, default=1000, metavar="N", help="bootstrap resamples (default 1000)"
    )
    evaluate.add_argument(
        "--comet",
        metavar="PROGRAM",
        help="also compute COMET, with this comet-score program from another Python environment",
    )
    evaluate.add_argument("--comet-model", metavar="NAME", help="COMET model, by name or path (default wmt22-comet-da)")
    evaluate.add_argument("--comet-gpus", type=int, default=0, metavar="N", help="number of GPUs for --comet (0: CPU)")
    evaluate.add_argument(
        "--floor",
        type=path,
        metavar="FILE",
        help="only test the translator against a quality floor; exit code 1 if it is below",
    )
    evaluate.add_argument(
        "--raise-floor", action="store_true", help="raise --floor to the score, if the score is higher"
    )


def evaluate(options: argparse.Namespace) -> int:
    """Scores of outputs against references to stdout, as Markdown tables."""
    from mt.evaluation import as_json, as_markdown, evaluate, gather
    from mt.files import write_whole

    if options.floor is not None:
        return _check_floor(options, config_of(options))
    request = _evaluation_request(options)
    material = gather(request)
    if options.save is not None:
        write_whole(options.save, _columns(material, [made.name for made in request.make]))
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


def _evaluation_request(options: argparse.Namespace) -> Request:
    from mt.evaluation import Request, parse_system
    from mt.evaluation.comet import MODEL, Comet

    if options.reference is None:
        raise InputError("no reference: expected --reference FILE (or --floor FILE)")
    make = _configured(options)
    if options.save is not None and not make:
        raise InputError("--save: no outputs are made here; expected --make NAME, too")
    if options.save is not None and len(make) > 1 and options.save.suffix.lower() != ".tsv":
        raise InputError(f"--save {options.save}: the outputs of {len(make)} systems need a .tsv, one column each")
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


def _configured(options: argparse.Namespace) -> tuple[Configured, ...]:
    """The systems to make; a `-c` that none of them would use is refused."""
    from mt.evaluation import Configured, names_configuration
    from mt.evaluation.task import OWN

    given = options.make or ([] if options.system else [OWN])
    if options.config is not None and given and all(names_configuration(text) for text in given):
        raise InputError(f"-c {options.config} would not be used: every --make names its own configuration")
    return tuple(Configured.parse(text, options.config, sets_of(options)) for text in given)


def _columns(material: Material, names: Sequence[str]) -> str:
    """The outputs of these systems, a line for each text and a column for each system."""
    outputs = {system.name: system.outputs for system in material.systems}
    rows = zip(*(outputs[name] for name in names), strict=True)
    return "".join("\t".join(" ".join(output.split()) for output in row) + "\n" for row in rows)
