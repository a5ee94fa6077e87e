"""Two hundred bad inputs in one folder: none ends the run, each is named, and the good ones come through."""

import gzip
import json
import os
import random
import struct
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from test_runs_batch import Told, config

from mt.reading.articles import read_articles
from mt.records import Article, Failure
from mt.reports.json import failure_as_json, report_as_json, value_as_json
from mt.runs.batch import Plan, run_batch
from mt.signatures import Signatures

ARABIC = "قال الوزير إن الاجتماع كان مفيدا. وأضاف أن العمل مستمر."
GOOD = json.dumps({"id": "good", "text": ARABIC}, ensure_ascii=False).encode()


def deep(levels: int) -> bytes:
    return b'{"id": "deep", "text": ' + b"[" * levels + b"]" * levels + b"}"


COLLECTED: dict[str, bytes] = {
    "empty.txt": b"",
    "blank.txt": b" \n\t\r\n ",
    "bom-only.txt": b"\xef\xbb\xbf",
    "nul.txt": b"\0" * 64,
    "controls.txt": bytes(range(1, 32)) * 9,
    "zip-as-text.txt": b"PK\x03\x04" + bytes(200),
    "elf.txt": b"\x7fELF" + bytes(100),
    "png.txt": b"\x89PNG\r\n\x1a\n" + bytes(99),
    "pdf.txt": b"%PDF-1.7\n" + bytes(99),
    "odd-utf16.txt": b"\xff\xfe\x27",
    "lone-surrogate.txt": b"\xff\xfe\x00\xd8\x00\xd8",
    "marks.txt": "\u202e\u200f\u200b".encode(),
    "empty.json": b"",
    "brace.json": b"{",
    "number.json": b"12",
    "null.json": b"null",
    "string.json": b'"text"',
    "nan.json": b'{"text": NaN}',
    "list-of-lists.json": b"[[1], [2]]",
    "no-text.json": b'{"id": "x"}',
    "text-number.json": b'{"text": 5}',
    "text-null.json": b'{"text": null}',
    "text-list.json": b'{"text": ["a"]}',
    "text-empty.json": b'{"text": "  "}',
    "id-list.json": b'{"id": [1], "text": "a"}',
    "id-true.json": b'{"id": true, "text": "a"}',
    "title-object.json": b'{"title": {}, "text": "a"}',
    "torn.json": GOOD[:-9],
    "trailing.json": GOOD + b"}",
    "deep.json": deep(2000),
    "deeper.json": deep(200_000),
    "big-number.json": b'{"text": 1' + b"0" * 5000 + b"}",
    "escape.json": b'{"text": "\\ud800"}',
    "control-in-string.json": b'{"text": "a\x01"}',
    "latin.json": b'{"text": "caf\xe9"',
    "empty.jsonl": b"",
    "torn.jsonl": GOOD + b"\n" + GOOD[:-5] + b"\n",
    "blank-lines.jsonl": b"\n\n\n",
    "text.jsonl": b"just words\n",
    "nul.jsonl": b"\0\0\0\n",
    "deep.jsonl": deep(200_000) + b"\n",
    "array.jsonl": b"[1, 2]\n",
    "huge-line.jsonl": b"{" + b"x" * 200_000,
    "twice.jsonl": b'{"id": "t", "text": "a"}\n{"id": "t", "text": "b"}\n',
    "duplicate-keys.jsonl": b'{"text": "", "text": ""}\n',
    "empty.csv": b"",
    "header.csv": b"id,text\n",
    "no-column.csv": b"a,b\n1,2\n",
    "ragged.csv": b"id,text\n1\n2,x,y,z\n",
    "quote.csv": b'id,text\n1,"never closed\n',
    "nul.csv": b"id,text\n1,\0\n",
    "binary.csv": bytes(range(256)),
    "one.tsv": b"text\n",
    "empty.html": b"",
    "tags.html": b"<html><body></body></html>",
    "open.html": b"<html><body><p>" + b"<div>" * 5000,
    "script.html": b"<script>while(1);</script>",
    "binary.html": bytes(range(256)) * 4,
    "entity.html": b"&" * 5000,
    "empty.parquet": b"",
    "magic.parquet": b"PAR1PAR1",
    "torn.parquet": b"PAR1" + bytes(100) + struct.pack("<I", 10**6) + b"PAR1",
    "text.parquet": b"not a table",
    "empty.arrow": b"",
    "magic.arrow": b"ARROW1\0\0" + bytes(50),
    "text.feather": b"x",
    "empty.txt.gz": b"",
    "torn.txt.gz": gzip.compress(ARABIC.encode() * 99)[:-20],
    "text.txt.gz": b"not packed",
    "crc.jsonl.gz": gzip.compress(GOOD)[:-8] + b"\0" * 8,
    "empty.jsonl.xz": b"",
    "text.jsonl.xz": b"not packed",
    "text.json.zst": b"not packed",
    "bomb.txt.gz": gzip.compress(b"\0" * 2_000_000),
    "empty.md": b"",
    "empty.xml": b"",
    "open.xml": b"<a><b>",
    "empty.docx": b"",
    "text.docx": b"not a document",
    "zip.docx": b"PK\x05\x06" + bytes(18),
    "empty.pdf": b"",
    "text.pdf": b"%PDF-",
    "empty.rss": b"",
}
"""Seen in feeds, exports and mail, or made by hand after what has broken readers before."""

SUFFIXES = ("txt", "json", "jsonl", "csv", "html", "parquet", "txt.gz", "jsonl.gz", "md", "tsv")


def generated(count: int) -> dict[str, bytes]:
    """Good files with bytes changed, cut or doubled, and what hypothesis takes for JSON, text and bytes."""
    found: list[bytes] = []
    text = st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))
    json_like = st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "title", "text"]), inner),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode())

    @seed(7)
    @settings(
        max_examples=count, database=None, derandomize=False, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), deadline=None,
    )  # fmt: skip
    @given(st.binary(max_size=99) | text | json_like)
    def collect(data: bytes) -> None:
        found.append(data)

    collect()
    chance = random.Random(7)
    for data in (GOOD, gzip.compress(GOOD), f"id,text\n1,{ARABIC}\n".encode()):
        for _ in range(count // 6):
            broken = bytearray(data)
            for _ in range(chance.randint(1, 4)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            found.append(bytes(broken[: chance.randint(1, len(broken))]))
    chance.shuffle(found)
    return {f"made-{i}.{SUFFIXES[i % len(SUFFIXES)]}": data for i, data in enumerate(found[:count])}


def write(folder: Path) -> set[str]:
    files = COLLECTED | generated(130)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    os.symlink(folder / "nowhere", folder / "dangling.txt")
    os.symlink(folder, folder / "loop")
    os.mkfifo(folder / "pipe.txt")
    (folder / "secret.json").mkdir()
    (folder / "zz-good.jsonl").write_bytes(GOOD.replace(b'"good"', b'"last"') + b"\n")
    return {*files, "pipe.txt"}


class Answers:
    """Stands in for all models: what can be read is done."""

    def map(self, windows, stopped):
        from mt.records import Report, Translation

        for window in windows:
            yield [Report(task.article, Translation((), ()), None, "t") for task in window]

    def close(self):
        """Nothing is open."""


def test_two_hundred_bad_inputs_end_no_run_and_each_is_named(tmp_path):
    inputs = tmp_path / "in"
    inputs.mkdir()
    bad = write(inputs)
    assert len(bad) >= 200
    told = Told()
    passed_over: dict[str, int] = {}
    items = list(read_articles(inputs, strict=False, passed_over=passed_over))
    outcome = run_batch(items, tmp_path / "out", Plan(config(), Signatures("t", "s")), Answers(), told)
    results = [result for result, _ in told.results]
    assert not outcome.interrupted
    assert outcome.done + outcome.failed == len(items) == len(results)
    assert "last" in {r.article.id for r in results if not isinstance(r, Failure)}, "the good file behind all of them"
    places = " ".join(item.place for item in items)
    silent = [name for name in bad if name not in places]
    assert sum(passed_over.values()) == len(silent), "counted by kind, for no reader knows it"
    assert {f".{name.rpartition('.')[2]}" for name in silent} == passed_over.keys()
    for item in items:
        if isinstance(item, Failure):
            assert item.error == "InputError", item
            assert item.place in item.message, item
            assert "\n" not in item.message, item
            assert len(item.message) < 1000, item
            failure_as_json(item).encode()
        else:
            assert isinstance(item, Article)
            value_as_json(item).encode()
    for result in results:
        if not isinstance(result, Failure):
            report_as_json(result).encode()
