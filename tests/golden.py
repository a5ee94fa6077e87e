"""Forty articles through the whole line but for the neural networks, and the hashes of their records.

The articles are made of the sentences of `tests/data/quality_floor.json`. In place of a translation model stands a
table of their English with seeded slips (a number changed, a clause left out), so that checks, repair, names, summaries
and their verification all have work; in place of a summarizer, sentences of the article, some with a slip. The outcome
depends on no processor, so a refactoring can be shown to change nothing.

    python -m tests.golden            writes tests/data/golden.json; the difference shows which articles changed
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from mt.config import load_config
from mt.pipeline import Pipeline
from mt.records import Article, Report
from mt.reports.json import report_as_json
from mt.summaries.summarizer import Summarizer
from mt.translation.translator import Translator
from tests.fakes import FakeGenerator

DATA = Path(__file__).parent / "data"
HASHES = DATA / "golden.json"
COUNT = 40


def articles() -> list[Article]:
    """Forty articles of four to nine sentences, the same each time; some with a title, some in paragraphs."""
    pairs = _pairs()
    made = []
    for number in range(COUNT):
        chance = random.Random(number)
        sentences = chance.sample(sorted(pairs), chance.randint(4, 9))
        joint = "\n\n" if number % 3 == 0 else " "
        title = sentences[-1] if number % 4 == 0 else ""
        made.append(Article(id=f"g{number:02}", text=joint.join(sentences), title=title))
    return made


def pipeline() -> Pipeline:
    """The small configuration over stand-ins for both models."""
    config = load_config("embedded-small", environment={})
    translator = Translator(FakeGenerator(Table(_pairs())), config.translate)
    summarizer = Summarizer(FakeGenerator(beginning, max_input_tokens=2000), config.summarize)
    return Pipeline.from_parts(translator, summarizer, "golden")


class Table:
    """Translates a text as the known sentence that shares most words with it, every third with a slip."""

    def __init__(self, english: dict[str, str]) -> None:
        self._english = {frozenset(arabic.split()): translation for arabic, translation in english.items()}

    def __call__(self, text: str) -> str:
        words = frozenset(text.split())
        known = max(self._english, key=lambda one: len(one & words) / len(one | words))
        return _slip(self._english[known], text)


def beginning(prompt: str) -> str:
    """The last three sentences of what the summarizer was given, some with a slip."""
    return " ".join(_slip(sentence, sentence) for sentence in re.split(r"(?<=[.!?])\s+", prompt.strip())[-3:])


def _slip(english: str, given: str) -> str:
    """The text as it is, with other numbers, or without its last clause.

    Of some sentences it is always the same slip, whatever was given; of others it depends on that, and a second try is
    often better.
    """
    match min(_draw(english, 6), _draw(given, 6)):
        case 0:
            return re.sub(r"\d+", lambda found: str(int(found[0]) + 7), english)
        case 1:
            return english.rpartition(",")[0] + "." if "," in english else english
        case _:
            return english


def _draw(text: str, sides: int) -> int:
    return hashlib.sha256(text.encode()).digest()[0] % sides


def record_hashes(reports: Iterable[Report]) -> dict[str, str]:
    """By article, the sha256 of its record without the seconds that it took."""
    return {
        report.article.id: hashlib.sha256(report_as_json(replace(report, timings=()), indent=None).encode()).hexdigest()
        for report in reports
    }


def _pairs() -> dict[str, str]:
    pairs = json.loads((DATA / "quality_floor.json").read_text(encoding="utf-8"))["pairs"]
    return {pair["ar"]: pair["en"] for pair in pairs}


if __name__ == "__main__":
    made = record_hashes(report for report in pipeline().run(articles()) if isinstance(report, Report))
    HASHES.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
