"""One evaluation from its request: what to read or make, and which scorers to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from mt.errors import InputError
from mt.evaluation.columns import Column, align, read_column
from mt.evaluation.comet import Comet, score_comet
from mt.evaluation.doubts import Checked, checked_summary, checked_translation, flag_rates
from mt.evaluation.making import Configured, make
from mt.evaluation.resampling import RESAMPLES
from mt.evaluation.scores import Evaluation, Kind, Score, SystemScores
from mt.evaluation.summaries import score_summaries
from mt.evaluation.translations import score_translations

OWN = "mt"
"""Name of the outputs that are made here, where no other is given."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to evaluate; places are `FILE` or `FILE#FIELD` (see `mt.evaluation.columns`).

    `systems` holds name and place of outputs that are there already, `make` the systems whose outputs are made.
    `baseline` is the name of the system that the others are compared with; None: the first one.
    """

    reference: str
    source: str | None = None
    kind: Kind = "translation"
    systems: tuple[tuple[str, str], ...] = ()
    make: tuple[Configured, ...] = ()
    baseline: str | None = None
    comet: Comet | None = None
    resamples: int = RESAMPLES


@dataclass(frozen=True, slots=True)
class System:
    """The outputs of one system, an item for each reference.

    `sources` is what it was given, `checked` what the checks say; empty where nothing is known of them.
    """

    name: str
    outputs: tuple[str, ...]
    sources: tuple[str, ...] = ()
    checked: tuple[Checked, ...] = ()
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """References and the systems' outputs in one order; the first system is the baseline."""

    kind: Kind
    references: tuple[str, ...]
    systems: tuple[System, ...]


def parse_system(text: str) -> tuple[str, str]:
    """Name and place of `NAME=PLACE`; raises `InputError` for anything else."""
    name, mark, place = text.partition("=")
    if not (name.strip() and mark and place):
        raise InputError(f"--system {text}: expected NAME=FILE or NAME=FILE#FIELD")
    return name.strip(), place


def gather(request: Request) -> Material:
    """Read what is there and make what is not: the systems that are made come first.

    Raises `InputError` for what cannot be read or does not fit together, before any model is loaded; `ModelError` for
    a model that cannot be had, before anything is made.
    """
    names = _names(request)
    references = read_column(request.reference, "reference", request.kind)
    if not references.texts:
        raise InputError(f"{references.place}: no references in it")
    source = None
    if request.source is not None:
        source = align(read_column(request.source, "source", request.kind), references)
    given = [align(read_column(place, "hypothesis", request.kind), references) for _, place in request.systems]
    _sources_suffice(request, source, given)
    if source is not None:
        given = [*(align(column, references) for column in make(request.make, request.kind, source)), *given]
    systems = [_system(name, column, source, request.kind) for name, column in zip(names, given, strict=True)]
    if request.baseline is not None:
        systems.insert(0, systems.pop(names.index(request.baseline)))
    return Material(request.kind, references.texts, tuple(systems))


def _names(request: Request) -> list[str]:
    """Of all systems, those made here first."""
    names = [*(made.name for made in request.make), *(name for name, _ in request.systems)]
    if not names:
        raise InputError("nothing to evaluate: expected outputs (--system NAME=FILE) or a source (--source) to work on")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"two systems have the name {twice[0]}")
    for one, other in combinations(request.make, 2):
        if one.config == other.config:
            raise InputError(
                f"--make {one.name} and --make {other.name} have the same configuration: give each its own, as "
                "NAME=CONFIG or NAME=KEY=VALUE"
            )
    if request.baseline is not None and request.baseline not in names:
        raise InputError(f"--baseline {request.baseline}: no such system; there are {', '.join(names)}")
    return names


def _sources_suffice(request: Request, source: Column | None, given: Sequence[Column]) -> None:
    if request.make and source is None:
        raise InputError("to make outputs here, their sources are needed: --source FILE")
    if request.comet is not None and request.kind == "summaries":
        raise InputError("--comet: COMET scores translations, not summaries")
    if request.comet is not None and source is None and not all(column.sources for column in given):
        raise InputError("--comet: COMET compares with the sources, too: --source FILE")


def _system(name: str, column: Column, source: Column | None, kind: Kind) -> System:
    """The outputs with the checks' verdicts: those of the run where it has them, else new ones if sources are known."""
    sources = column.sources or (source.texts if source else ())
    checked = column.checked
    if not checked and sources:
        check = checked_translation if kind == "translation" else checked_summary
        checked = tuple(check(before, after) for before, after in zip(sources, column.texts, strict=True))
    return System(name, column.texts, sources, checked, column.made_by)


def evaluate(material: Material, comet: Comet | None = None, resamples: int = RESAMPLES) -> Evaluation:
    """All scores of all systems, in the order of the material.

    Raises `ConfigError` where a scorer is not installed, `ModelError` where COMET fails.
    """
    outputs = [system.outputs for system in material.systems]
    if material.kind == "summaries":
        articles = [system.sources for system in material.systems]
        scores = score_summaries(outputs, material.references, articles, resamples)
    else:
        scores = score_translations(outputs, material.references, resamples)
        if comet is not None:
            scores = _with(
                scores, score_comet(comet, outputs, material.references, material.systems[0].sources, resamples)
            )
    rates = flag_rates([system.checked for system in material.systems], resamples)
    systems = (
        SystemScores(system.name, own, flags, system.made_by)
        for system, own, flags in zip(material.systems, scores, rates, strict=True)
    )
    return Evaluation(material.kind, len(material.references), resamples, tuple(systems))


def _with(scores: tuple[tuple[Score, ...], ...], more: tuple[Score, ...]) -> tuple[tuple[Score, ...], ...]:
    return tuple((*own, one) for own, one in zip(scores, more, strict=True))
