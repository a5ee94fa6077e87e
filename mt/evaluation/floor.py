"""A quality floor: a small fixed test set with the chrF that a model must keep. Floors only go up."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from mt.config import Config
from mt.errors import InputError
from mt.evaluation.columns import Column
from mt.evaluation.making import make_translations
from mt.evaluation.scores import Score, SystemScores
from mt.evaluation.task import OWN, Material, System, evaluate
from mt.files import write_whole
from mt.signatures import Resolved

MOST_DROP = 1.0
"""How far under the floor chrF may fall, in points: int8 arithmetic differs a little between processors."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An Arabic sentence and its English reference."""

    ar: str
    en: str


@dataclass(frozen=True, slots=True)
class Floor:
    """The best chrF that was recorded on the pairs, and the signature of what reached it."""

    chrf: float
    made_by: str
    pairs: tuple[Pair, ...]

    def holds(self, chrf: float) -> bool:
        """Whether a score is good enough."""
        return chrf >= self.chrf - MOST_DROP

    def raised(self, score: Score, made_by: str) -> Floor:
        """The floor at a new score, rounded down to tenths; raises `InputError` when that is under the floor."""
        chrf = int(score.value * 10) / 10
        if chrf < self.chrf:
            raise InputError(
                f"the floor is unchanged: found chrF {score.value:.2f}, and a floor of {self.chrf} can only be raised"
            )
        return replace(self, chrf=chrf, made_by=made_by)


def read_floor(path: Path) -> Floor:
    """Raises `InputError` that names the file when it is no floor."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        pairs = tuple(Pair(str(pair["ar"]), str(pair["en"])) for pair in record["pairs"])
        return Floor(float(record["chrf"]), str(record["made_by"]), pairs)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f'{path}: no quality floor ({type(error).__name__}: {error}); expected {{"chrf", "made_by", "pairs": '
            '[{"ar", "en"}, …]}'
        ) from None


def write_floor(path: Path, floor: Floor) -> None:
    """Write a floor, a pair to a line pair so that changes read well; raises `OutputError` that names the path."""
    pairs = ",\n".join(
        "  {\n"
        f'   "ar": {json.dumps(pair.ar, ensure_ascii=False)},\n'
        f'   "en": {json.dumps(pair.en, ensure_ascii=False)}\n'
        "  }"
        for pair in floor.pairs
    )
    made_by = json.dumps(floor.made_by, ensure_ascii=False)
    write_whole(path, f'{{\n "chrf": {floor.chrf},\n "made_by": {made_by},\n "pairs": [\n{pairs}\n ]\n}}\n')


def measure(floor: Floor, config: Config) -> SystemScores:
    """How the translator of a configuration does on the pairs.

    Raises `ModelError` when the model cannot be had or fails.
    """
    column = make_translations(Resolved(config), Column("floor", tuple(pair.ar for pair in floor.pairs)))
    system = System(OWN, column.texts, tuple(pair.ar for pair in floor.pairs), column.checked, column.made_by)
    material = Material("translation", tuple(pair.en for pair in floor.pairs), (system,))
    return evaluate(material).systems[0]


def chrf_of(scores: SystemScores) -> Score:
    """The score that floors are about."""
    [chrf] = [score for score in scores.scores if score.metric == "chrF"]
    return chrf
