"""Pairs from files: every line used or counted, bad ones by file and line; and what the model is given of them."""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mt.errors import InputError
from mt.training.pairs import BAD, EMPTY, Tally, read_pairs
from mt.training.settings import DataConfig

WriteFile = Callable[[str, "str | bytes"], Path]
LINES = "زار الوزير المصنع.\tThe minister visited the plant.\nمدينة كبيرة\tA large city\n"
SIDES = [("زار الوزير المصنع.", "The minister visited the plant."), ("مدينة كبيرة", "A large city")]
OBJECTS = "".join(json.dumps({"arabic": a, "english": e}) + "\n" for a, e in SIDES)


def read(path: Path, **options: Any) -> tuple[list[tuple[str, str]], Tally]:
    tally = Tally()
    return [(pair.source, pair.target) for pair in read_pairs(path, DataConfig(**options), tally)], tally


@pytest.mark.parametrize(
    "name, content",
    [
        ("p.tsv", LINES.encode()),
        ("p.tsv", b"\xef\xbb\xbf" + LINES.replace("\n", "\r\n").encode()),
        ("p.TSV.gz", gzip.compress(LINES.encode())),
        ("p.tsv.xz", lzma.compress(LINES.encode())),
        ("p.jsonl", OBJECTS.encode()),
        ("p.jsonl.xz", lzma.compress(OBJECTS.encode())),
    ],
)
def test_forms_of_one_file(write: WriteFile, name: str, content: bytes) -> None:
    found, tally = read(write(name, content))
    assert found == SIDES
    assert (tally.lines, tally.skipped) == (2, ())


def test_other_columns_and_fields_by_setting(write: WriteFile) -> None:
    assert read(write("p.tsv", "ا\ta\tnews\n"), columns=3)[0] == [("ا", "a")]
    path = write("p.jsonl", '{"src": "ا", "ref": "a", "id": 7}\n')
    assert read(path, source_field="src", target_field="ref")[0] == [("ا", "a")]


def test_the_arabic_is_cleaned_as_in_articles_and_both_sides_stand_on_one_line(write: WriteFile) -> None:
    path = write("p.jsonl", json.dumps({"arabic": "قـــال\nالرئيسُ", "english": " He  said\nso "}) + "\n")
    assert read(path)[0] == [("قال الرئيس", "He said so")]


BROKEN = "ا\ta\nب\n\nت\tt\tx\n\tno arabic\nث\t  \nج\tj\n"


def test_bad_lines_end_the_reading_with_their_places(write: WriteFile) -> None:
    path = write("p.tsv", BROKEN)
    with pytest.raises(InputError) as caught:
        read(path)
    told = str(caught.value)
    assert told.startswith("2 lines are no pairs (data.bad_lines: skip leaves them out):")
    assert f'{path}:2: found 1 columns, expected 2 (data.columns): "ب"' in told
    assert f"{path}:4: found 3 columns" in told


def test_bad_lines_are_skipped_and_counted_on_request(write: WriteFile) -> None:
    path = write("p.tsv", BROKEN)
    found, tally = read(path, bad_lines="skip")
    assert found == [("ا", "a"), ("ج", "j")]
    assert tally.lines == 6
    assert {(skip.reason, skip.count, skip.first) for skip in tally.skipped} == {
        (BAD, 2, f"{path}:2"),
        (EMPTY, 2, f"{path}:5"),
    }


@pytest.mark.parametrize(
    "name, content, wanted",
    [
        ("p.jsonl", '{"arabic": "ا"}', ':1: field "english" is missing; found "arabic"'),
        ("p.jsonl", '{"arabic": 5, "english": "a"}', ':1: field "arabic" holds 5; expected a text'),
        ("p.jsonl", "[1]", ":1: found an array, expected an object"),
        ("p.jsonl", "{", ":1: not JSON"),
        ("p.tsv", b"\xc7\ta\n", ":1: not UTF-8 at byte 0"),
        ("p.tsv", "x\n" * 9, "and 4 more"),
        ("p.tsv.gz", b"plain", "compressed data is truncated or damaged"),
        ("p.tsv.xz", lzma.compress(LINES.encode())[:-20], "compressed data is truncated or damaged"),
        ("p.csv", "a,b\n", "pairs are read from .tsv and .jsonl"),
    ],
)
def test_what_is_wrong_is_told(write: WriteFile, name: str, content: str | bytes, wanted: str) -> None:
    with pytest.raises(InputError) as caught:
        read(write(name, content))
    assert wanted in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.tsv: no such file"):
        read(tmp_path / "none.tsv")


def test_the_hash_is_of_the_file_as_it_lies(write: WriteFile) -> None:
    from mt.training.pairs import sha256_of

    packed = gzip.compress(LINES.encode())
    assert sha256_of(write("p.tsv.gz", packed)) == hashlib.sha256(packed).hexdigest()
