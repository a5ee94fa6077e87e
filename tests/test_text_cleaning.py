"""Cleaning: each step on its own, what must not change, and the promises for any text."""

from __future__ import annotations

import doctest
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import assert_linear

from mt.records import Change
from mt.text import clean, cleaning

CASES = json.loads((Path(__file__).parent / "data" / "cleaning.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_golden(case: dict[str, object]) -> None:
    cleaned = clean(str(case["text"]))
    assert cleaned.text == case["clean"]
    assert [[change.step, change.count] for change in cleaned.changes] == case["changes"]


def test_every_step_has_a_case() -> None:
    assert {step for case in CASES for step, _ in case["changes"]} == {name for name, _ in cleaning.STEPS}


def test_doctests() -> None:
    assert doctest.testmod(cleaning).failed == 0


def test_clean_text_stays_byte_for_byte() -> None:
    text = (Path(__file__).parent / "data" / "article.ar.txt").read_text(encoding="utf-8")
    assert clean(text).text == text
    assert clean(text).changes == ()


def test_lone_surrogates_can_be_written_afterwards() -> None:
    cleaned = clean("نعم \ud800 \udc80 \ud83d\ude00")
    assert cleaned.text.encode("utf-8").decode("utf-8") == "نعم \ufffd \ufffd 😀"
    assert cleaned.changes == (Change("surrogates", 3),)


def test_letters_are_never_folded() -> None:
    text = "".join(chr(c) + " " for c in range(0x620, 0x64B) if c != 0x640 and chr(c).isalpha()).strip()
    assert clean(text).text == text


PIECES = [
    *"اهمىيگکی ةأإآ  \n\r\t.،ـa1😀«»",
    *"\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u202e\u2066\u2028\x85\x00\x1a\x1d\xa0\xad\ufeff\u0300\u034f\u0301",
    *"\u064b\u064e\u0651\u0653\u0654\u0655\u0670\u06d6\u0610",
    *"\ufdfa\ufdfd\ufdfc\ufdf2\ufe77\ufc5e\ufefb\ufefc\ufb8a\ufd3e\ufe0f\u1100\u1161\u2000\u212b",
    "\ud800", "\udc00", "هـ", "ـــ", "\r\n", "می\u200cخواهم",
]  # fmt: skip


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES) | st.characters(), max_size=40).map("".join))
def test_promises(text: str) -> None:
    cleaned = clean(text)
    again = clean(cleaned.text)
    assert (again.text, again.changes) == (cleaned.text, ())
    assert bool(cleaned.changes) == (cleaned.text != text)
    assert all(change.count > 0 for change in cleaned.changes)
    assert cleaned.text == cleaned.text.strip()
    cleaned.text.encode("utf-8")  # raises where a surrogate is left
    assert unicodedata.is_normalized("NFC", cleaned.text)
    assert "\n\n\n" not in cleaned.text
    assert {c for c in cleaned.text if c.isspace()} <= {" ", "\n", "\t"}


@pytest.mark.parametrize("part", [" ", "\u200c", "ـ", "\n ", "\xa0 ", "ﷺ", "َ", "\r\n"])
def test_time_is_linear(part: str) -> None:
    assert_linear(lambda count: clean("ه" + part * count + "ه"), 10_000)
