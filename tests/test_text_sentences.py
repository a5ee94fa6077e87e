"""Segmentation: golden cases, the promises about spans, and the cutting of long segments."""

from __future__ import annotations

import doctest
import json
import time
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import assert_linear

from mt.records import Segment
from mt.text import english_sentences, segment, segment_english, sentences, split_long

DATA = Path(__file__).parent / "data"


def golden(name: str) -> list[Any]:
    """Cases of a golden file as pytest parameters; a known failure is a strict xfail with its reason."""
    cases = json.loads((DATA / name).read_text(encoding="utf-8"))
    return [
        pytest.param(
            case["text"],
            case["sentences"],
            id=case["name"],
            marks=[pytest.mark.xfail(reason=case["xfail"], strict=True)] if "xfail" in case else [],
        )
        for case in cases
    ]


@pytest.mark.parametrize("text, expected", golden("sentences.json"))
def test_arabic_golden(text: str, expected: list[str]) -> None:
    assert [s.text for s in segment(text)] == expected


@pytest.mark.parametrize("text, expected", golden("english_sentences.json"))
def test_english_golden(text: str, expected: list[str]) -> None:
    assert list(english_sentences(text)) == expected


def test_golden_files_are_large_and_mostly_solved() -> None:
    for name, least in (("sentences.json", 110), ("english_sentences.json", 40)):
        cases = json.loads((DATA / name).read_text(encoding="utf-8"))
        assert len(cases) >= least
        assert len({case["name"] for case in cases}) == len(cases)
        assert sum("xfail" in case for case in cases) <= len(cases) // 20


def test_doctests() -> None:
    assert doctest.testmod(sentences).failed == 0


def test_sample_article_is_one_segment_a_line() -> None:
    text = (DATA / "article.ar.txt").read_text(encoding="utf-8")
    found = segment(text)
    assert [s.text for s in found[:2]] == [
        text.split("\n")[0].removesuffix(" (شينخوا/تشانغ دوه)"),
        "(شينخوا/تشانغ دوه)",
    ]
    assert [s.paragraph for s in found] == [0, *range(len(text.split("\n")))]


def test_nothing_comes_of_nothing() -> None:
    for text in ("", " ", "\n \n", "\u2028"):
        assert segment(text) == ()


def test_paragraphs_count_lines_with_text() -> None:
    assert [(s.paragraph, s.text) for s in segment("أولا. ثم\n\n \u00a0\nثانيا")] == [
        (0, "أولا."),
        (0, "ثم"),
        (1, "ثانيا"),
    ]


# ---------------------------------------------------------------- promises

TRAPS = [
    *"اوم د.،؛:!?؟…۔«»\"“”()[]-–•*/ 3٣.\n\r\t'ABab@_ـ",
    "\u2028", "\u200c", "\u064b", "😀", "د. ", "أ.د. ", "ص.ب. ", "بي.بي.سي", "U.S. ", "3.5", " .224", "www.a.sa",
    "a@b.org",     "انتهى.وقال", "وقال ", "هـ. ", "كلمة ", "Then ", "Mr. ", "...", "؟! ", "...... ", "***",
]  # fmt: skip
texts = st.lists(st.sampled_from(TRAPS) | st.characters(exclude_categories=["Cs"]), max_size=60).map("".join)


def assert_tiles(text: str, found: tuple[Segment, ...]) -> None:
    """Spans are exact and ascend, gaps are white space, no segment crosses a line, `paragraph` counts lines."""
    end = 0
    for s in found:
        assert text[s.start : s.end] == s.text == s.text.strip() != ""
        assert text[end : s.start].strip() == ""
        assert "\n" not in s.text
        above = f"{text[: s.start]}x".splitlines()[:-1]
        assert s.paragraph == sum(not line.isspace() for line in above if line)
        end = s.end
    assert text[end:].strip() == ""


@settings(max_examples=300, deadline=None, derandomize=True)
@given(texts.filter(lambda t: not set(t) & set("\x1c\x1d\x1e")))
def test_spans_tile_the_text(text: str) -> None:
    assert_tiles(text, segment(text))
    assert segment_english(text) == segment(text)


def by_thirds(text: str) -> int:
    """A tokenizer of three characters a token."""
    return -(-len(text) // 3)


def by_bytes(text: str) -> int:
    return len(text.encode())


def by_words(text: str) -> int:
    return len(text.split())


@settings(max_examples=300, deadline=None, derandomize=True)
@given(texts, st.integers(4, 40), st.sampled_from([by_thirds, by_bytes, by_words]))
def test_split_long_fits_and_loses_nothing(text: str, limit: int, count: Callable[[str], int]) -> None:
    for whole in segment(text):
        pieces = split_long(whole, limit, count)
        assert all(count(p.text) <= limit for p in pieces)
        assert all(p.paragraph == whole.paragraph for p in pieces)
        assert pieces[0].start == whole.start
        assert pieces[-1].end == whole.end
        for before, after in pairwise(pieces):
            assert before.end <= after.start
            assert text[before.end : after.start].strip() == ""
        assert all(text[p.start : p.end] == p.text == p.text.strip() for p in pieces)


def whole(text: str) -> Segment:
    """A segment that starts at 7 of the third paragraph."""
    return Segment(2, 7, 7 + len(text), text)


@pytest.mark.parametrize(
    "text, limit, expected",
    [
        ("واحد اثنان ثلاثة", 3, ["واحد اثنان ثلاثة"]),
        ("واحد، اثنان؛ ثلاثة، أربعة", 3, ["واحد، اثنان؛", "ثلاثة، أربعة"]),
        ("واحد اثنان، ثلاثة وأربعة خمسة", 4, ["واحد اثنان،", "ثلاثة وأربعة خمسة"]),
        ("واحد اثنان ثلاثة وأربعة خمسة ستة", 4, ["واحد اثنان ثلاثة", "وأربعة خمسة ستة"]),
        ("aa bb 1,000 cc dd", 4, ["aa bb", "1,000 cc dd"]),
        ("one two three four five six seven eight nine", 4, ["one two three", "four five six", "seven eight nine"]),
    ],
)
def test_split_long_prefers_clauses(text: str, limit: int, expected: list[str]) -> None:
    pieces = split_long(whole(text), limit, by_words)
    assert [p.text for p in pieces] == expected
    assert (pieces[0].start, pieces[-1].end) == (7, 7 + len(text))


def test_split_long_cuts_a_long_word_between_clusters() -> None:
    pieces = split_long(whole("بَ" * 30), 7, len)
    assert "".join(p.text for p in pieces) == "بَ" * 30
    assert not any(unicodedata.combining(p.text[0]) for p in pieces)


def test_split_long_keeps_what_cannot_be_cut() -> None:
    assert [p.text for p in split_long(whole("😀😀"), 1, by_bytes)] == ["😀", "😀"]
    with pytest.raises(ValueError, match="limit of 0 tokens"):
        split_long(whole("نعم"), 0, len)


def test_a_long_word_after_short_ones_is_cut_evenly() -> None:
    pieces = split_long(whole("a b " + "x" * 30_000), 100, len)
    assert [p.text for p in pieces[:1]] == ["a b"]
    assert len(pieces) <= 302


@pytest.mark.parametrize("word", ["نعم", "نعم ", "نعم، "])
def test_a_megabyte_without_an_end_takes_seconds(word: str) -> None:
    counted = 0

    def count(text: str) -> int:
        nonlocal counted
        counted += len(text)
        return by_thirds(text)

    text = (word * 400_000)[:1_000_000].strip()
    started = time.process_time()
    (found,) = segment(text)
    pieces = split_long(found, 500, count)
    assert time.process_time() - started < 5
    assert counted <= 6 * len(text)
    assert max(by_thirds(p.text) for p in pieces) <= 500
    assert min(len(p.text) for p in pieces) > 700  # no tiny leftover


@pytest.mark.parametrize("part", ["(. ", '". ', '."ا', "a.", "كلمة. ", "«؟» ", ".. ", "د. ", "؟ "])
def test_segment_is_linear_on_hostile_lines(part: str) -> None:
    assert_linear(lambda count: assert_tiles_quickly(part * count), 2_500)


def assert_tiles_quickly(text: str) -> None:
    found = segment(text)
    assert "".join(s.text for s in found).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("طالبت ج.ع.م. وقف إطلاق النار.", 1),
        ("تابعت و.أ.ف. فوز الفريق وفرحة جمهوره.", 1),
        ("أعلنت م.ت.ف. وفاة أحد مؤسسيها.", 1),
        ("انتهى عمل م.ت.ف. وقال ناطق إن المقر أغلق.", 2),
        ("باع خبزا وحليبا إلخ. من دكانه الصغير.", 1),
        ("باع خبزا وحليبا الخ. للزبائن كلهم.", 1),
        ("باع خبزا وحليبا إلخ. قال إنه تعب.", 2),
    ],
)
def test_after_an_abbreviation_only_a_clause_opens_a_sentence(text: str, expected: int) -> None:
    assert len(segment(text)) == expected


def test_each_cell_of_a_table_is_a_segment() -> None:
    text = "المدينة\tالعدد\nمراكش\tصحا الجو. وأكثر"
    assert [s.text for s in segment(text)] == ["المدينة", "العدد", "مراكش", "صحا الجو.", "وأكثر"]
    assert [s.paragraph for s in segment(text)] == [0, 0, 1, 1, 1]
