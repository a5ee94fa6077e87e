"""The embedded translator keeps its quality: sixty sentences written for this project, against a floor of chrF.

They are translated as `mt run` does it. A better model raises the floor: `mt evaluate --floor
tests/data/quality_floor.json --raise-floor`, with the default settings. It never goes down.
"""

from pathlib import Path

from mt.config import load_config
from mt.evaluation.floor import chrf_of, measure, read_floor

FLOOR = read_floor(Path(__file__).parent / "data" / "quality_floor.json")


def test_the_embedded_translator_keeps_its_chrf():
    config = load_config("embedded", ["offline=true"])
    reached = chrf_of(measure(FLOOR, config)).value
    assert FLOOR.holds(reached), f"chrF {reached:.2f}; the floor is {FLOOR.chrf}"


def test_the_floor_stands_on_sixty_different_pairs():
    assert len({pair.ar for pair in FLOOR.pairs}) == len({pair.en for pair in FLOOR.pairs}) == 60
    assert FLOOR.chrf > 70
