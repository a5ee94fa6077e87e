"""Every format: the same articles out of each, every broken variant as a message with its place, and flat memory."""

from __future__ import annotations

import csv
import datetime
import decimal
import gzip
import io
import json
import lzma
import random
import sys
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from mt.config import ArticlesConfig
from mt.errors import InputError
from mt.reading.articles import read_articles
from mt.reading.formats import FORMATS, suffix_of
from mt.reading.texts import titled
from mt.records import Article, Change, Failure

ARABIC = "التقى رئيس الوزراء اليوم في العاصمة نظيره لبحث التعاون بين البلدين."
ROWS = [
    {"id": "x1", "title": "عنوان أول", "text": f'{ARABIC}\nسطر ثان، فيه «اقتباس» و"آخر"', "source": "وكالة"},
    {"id": "", "title": "", "text": ARABIC, "source": ""},
]


def lines(rows: Iterable[object]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def table(rows: list[dict[str, str]], delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def zstd(data: bytes) -> bytes:
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as packed:
        packed.write(data)
    return out.getvalue().to_pybytes()


def parquet(rows: object, **options: object) -> bytes:
    out = io.BytesIO()
    pyarrow.parquet.write_table(pa.Table.from_pylist(rows) if isinstance(rows, list) else rows, out, **options)
    return out.getvalue()


def arrow(rows: list[dict[str, str]], make: Callable = pa.ipc.new_file, batch: int = 1) -> bytes:
    out, data = io.BytesIO(), pa.Table.from_pylist(rows)
    with make(out, data.schema) as writer:
        writer.write_table(data, max_chunksize=batch)
    return out.getvalue()


def feather(rows: list[dict[str, str]]) -> bytes:
    out = io.BytesIO()
    pyarrow.feather.write_feather(pa.Table.from_pylist(rows), out, compression="lz4")
    return out.getvalue()


def all_of(source: object, **options: str) -> list[Article | Failure]:
    return list(read_articles(source, options=ArticlesConfig(**options), strict=False))


def fault(source: object, **options: str) -> str:
    (failure,) = all_of(source, **options)
    assert isinstance(failure, Failure)
    with pytest.raises(InputError) as caught:
        list(read_articles(source, options=ArticlesConfig(**options)))
    assert str(caught.value) == failure.message
    return failure.message


# ---------------------------------------------------------------- the same articles out of each

SAME = {
    "n.jsonl": (lines(ROWS), (1, 2)),
    "n.jsonl.gz": (gzip.compress(lines(ROWS)), (1, 2)),
    "n.jsonl.zst": (zstd(lines(ROWS)), (1, 2)),
    "n.JSONL.GZ": (gzip.compress(lines(ROWS)), (1, 2)),
    "n.ndjson.zst": (zstd(lines(ROWS[:1])) + zstd(lines(ROWS[1:])), (1, 2)),
    "n.json": (json.dumps(ROWS).encode(), (1, 1)),
    "n.json.gz": (gzip.compress(json.dumps(ROWS).encode()), (1, 1)),
    "n.csv": (table(ROWS), (2, 4)),
    "n.csv.gz": (gzip.compress(table(ROWS)), (2, 4)),
    "n.csv.zst": (zstd(table(ROWS)), (2, 4)),
    "semicolons.csv": (table(ROWS, ";"), (2, 4)),
    "tabs.csv": (table(ROWS, "\t"), (2, 4)),
    "bars.csv": (table(ROWS, "|"), (2, 4)),
    "excel.csv": (b"\xef\xbb\xbfsep=;\r\n" + table(ROWS, ";"), (3, 5)),
    "marked.csv": (b"\xef\xbb\xbf" + table(ROWS), (2, 4)),
    "quoted.csv": (b"\xef\xbb\xbf" + table(ROWS).replace(b"id,title", b'"id","title"'), (2, 4)),
    "n.tsv": (table(ROWS, "\t"), (2, 4)),
    "utf16.tsv": (table(ROWS, "\t").decode().encode("utf-16"), (2, 4)),
    "n.tsv.gz": (gzip.compress(table(ROWS, "\t")), (2, 4)),
    "n.parquet": (parquet(ROWS), (1, 2)),
    "groups.parquet": (parquet(ROWS, row_group_size=1, compression="zstd"), (1, 2)),
    "n.arrow": (arrow(ROWS), (1, 2)),
    "stream.arrow": (arrow(ROWS, pa.ipc.new_stream), (1, 2)),
    "n.feather": (feather(ROWS), (1, 2)),
}


@pytest.mark.parametrize("name", SAME)
def test_every_format_gives_the_same_articles(write, name: str) -> None:
    content, places = SAME[name]
    path = write(name, content)
    number = 2 if name.startswith("n.json") and "l" not in name.lower() else places[1]
    first, second = all_of(path)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.id, first.title, first.text) == ("x1", ROWS[0]["title"], ROWS[0]["text"])
    assert (first.metadata, first.changes) == ((("source", "وكالة"),), ())
    assert (second.id, second.title, second.text) == (f"{name.split('.')[0]}-{number}", "", ARABIC)
    assert [first.place, second.place] == [f"{path}:{line}" for line in places]


@pytest.mark.parametrize("name, pack", [("n.txt.gz", gzip.compress), ("n.md.zst", zstd), ("n.txt.xz", lzma.compress)])
def test_packed_text(write, name: str, pack: Callable[[bytes], bytes]) -> None:
    (article,) = all_of(write(name, pack(ARABIC.encode())))
    assert (article.id, article.text) == ("n", ARABIC)


@pytest.mark.parametrize(
    "name, suffix",
    [
        ("a.csv", ".csv"), ("a.b.CSV.Gz", ".CSV.Gz"), ("v1.2", ""), ("a.parquet.gz", ""), ("a.gz", ""), (".csv", ""),
        (".csv.gz", ""), ("csv", ""), ("a.csv.bak", ""), ("a.gz.txt", ".txt"), ("خبر.html", ".html"),
    ],
)  # fmt: skip
def test_suffix(name: str, suffix: str) -> None:
    assert suffix_of(name) == suffix


PACKERS = {".gz": gzip.compress, ".xz": lzma.compress, ".zst": zstd}


def test_a_folder_of_all_formats_is_read(write, tmp_path: Path) -> None:
    for number, suffix in enumerate(FORMATS):
        if ".htm" not in suffix:
            plain = next((suffix.removesuffix(end) for end in PACKERS if suffix.endswith(end)), suffix)
            row = [{"id": f"{suffix}", "text": ARABIC}]
            data = {".csv": table(row), ".tsv": table(row, "\t"), ".parquet": parquet(row), ".arrow": arrow(row),
                    ".feather": feather(row)}.get(plain, lines(row))  # fmt: skip
            pack = next((pack for end, pack in PACKERS.items() if suffix.endswith(end)), bytes)
            write(f"in/{number:02}{suffix}", pack(data))
    assert (
        len([item for item in all_of(tmp_path / "in") if isinstance(item, Article)]) == len(FORMATS) - 13
    )  # pages, documents and feeds


# ---------------------------------------------------------------- fields, columns and encodings by configuration

NAMED = {"id_field": "guid", "title_field": "headline", "text_field": "body"}
OTHER = [{"guid": "7", "headline": "عنوان", "body": ARABIC, "text": "ملخص", "id": "0"}]


@pytest.mark.parametrize(
    "name, content",
    [
        ("n.jsonl", lines(OTHER)),
        ("n.json", json.dumps(OTHER).encode()),
        ("n.csv", table(OTHER)),
        ("n.parquet", parquet(OTHER)),
        ("n.arrow", arrow(OTHER)),
    ],
)
def test_fields_are_named_by_configuration(write, name: str, content: bytes) -> None:
    (article,) = all_of(write(name, content), **NAMED)
    assert (article.id, article.title, article.text) == ("7", "عنوان", ARABIC)
    assert article.metadata == (("text", "ملخص"), ("id", "0"))


def test_plain_text_needs_no_field_names(write) -> None:
    assert [a.text for a in all_of(write("a.txt", ARABIC), **NAMED)] == [ARABIC]


@pytest.mark.parametrize(
    "options, wanted",
    [
        ({"text_field": "body"}, 'no column "body"; found "guid", "text"; set articles.text_field to the right one'),
        ({"id_field": "nr"}, 'no column "nr"; found "guid", "text"; set articles.id_field to the right one'),
        ({"title_field": "head"}, 'no column "head"; found "guid", "text"; set articles.title_field to the right one'),
    ],
)
@pytest.mark.parametrize("name, make", [("n.csv", table), ("n.parquet", parquet), ("n.arrow", arrow)])
def test_a_missing_column_is_one_fault_of_the_file(
    write, name: str, make: Callable, options: dict[str, str], wanted: str
) -> None:
    path = write(name, make([{"guid": "1", "text": ARABIC}, {"guid": "2", "text": ARABIC}]))
    assert fault(path, **options) == f"{path}: {wanted}"


def test_without_identifier_and_title_columns(write) -> None:
    path = write("n.csv", f",text\n5,{ARABIC}\n")
    assert [(a.id, a.metadata) for a in all_of(path)] == [("n-2", (("column 1", "5"),))]


@pytest.mark.parametrize("name", ["n.txt", "n.jsonl", "n.json", "n.csv", "n.csv.gz"])
@pytest.mark.parametrize("encoding", ["cp1256", "iso8859_6", "utf-16-le", "utf-16", "utf-8", "utf-32-be"])
def test_encoding_by_configuration(write, name: str, encoding: str) -> None:
    text = "خبر قصير"  # too little to be told from other encodings
    content = {"n.txt": text, "n.csv": f"text\n{text}\n"}.get(
        name.removesuffix(".gz"), lines([{"text": text}]).decode()
    )
    data = content.encode(encoding)
    (article,) = all_of(write(name, gzip.compress(data) if name.endswith(".gz") else data), encoding=encoding)
    assert (article.text, article.changes) == (text, ())


@pytest.mark.parametrize("encoding", ["cp1256", "utf-16-le", "utf-16", "utf-8"])
@pytest.mark.parametrize(
    "content, name", [("خبر قصير\n", "stdin"), (f"\n{lines([{'text': 'خبر قصير'}]).decode()}", "stdin-2")]
)
def test_encoding_of_standard_input(monkeypatch: pytest.MonkeyPatch, encoding: str, content: str, name: str) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content.encode(encoding))))
    assert [(a.id, a.text) for a in all_of("-", encoding=encoding)] == [(name, "خبر قصير")]


def test_wrong_encoding_by_configuration_names_the_byte(write) -> None:
    path = write("n.csv", f"text\n{ARABIC}\n".encode("cp1256"))
    message = fault(path, encoding="utf-8")
    assert (
        message
        == f"{path}:2: not utf-8 at byte 0 (0xc7); articles.encoding is set to it; auto would detect the encoding"
    )


def test_old_encoding_of_a_table_is_told_from_many_rows_and_recorded(write) -> None:
    content = f"id,text\n1,خبر\n2,{ARABIC}\n"
    for encoding, name in (("cp1256", "cp1256"), ("iso8859_6", "ISO-8859-6")):
        items = all_of(write(f"{encoding}.csv", content.encode(encoding)))
        assert [(a.text, a.changes) for a in items] == [
            ("خبر", (Change(f"decoded from {name}", 1),)),
            (ARABIC, (Change(f"decoded from {name}", 1),)),
        ]


def test_a_row_in_another_encoding_costs_only_itself(write) -> None:
    good, odd = f"1,{ARABIC}\n".encode(), f"2,{ARABIC}\n".encode("cp1256")
    first, second, third = all_of(write("n.csv", b"id,text\n" + good + odd + b"3,\xd9\n"))
    assert (first.text, first.changes) == (ARABIC, ())
    assert (second.text, second.changes) == (ARABIC, (Change("decoded from cp1256", 1),))
    assert isinstance(third, Failure)
    assert third.message.startswith(f"{third.place}: not UTF-8 at byte 2")
    assert third.place.endswith("n.csv:4")


# ---------------------------------------------------------------- broken tables

HEAD = f"id,text,n\n1,{ARABIC},a\n"


@pytest.mark.parametrize(
    "content, read, wanted",
    [
        (f"{HEAD}2,torn\n3,{ARABIC},b\n", ["1", "n-3", "3"], ":3: 2 columns where the header has 3; is the row trunc"),
        (f"{HEAD}2,a,b,c\n3,{ARABIC},b\n", ["1", "n-3", "3"], ":3: 4 columns where the header has 3"),
        (f"{HEAD}2,{ARABIC}", ["1", "n-3"], ":3: 2 columns where the header has 3"),
        (f'{HEAD}2,"a"b,c\n3,{ARABIC},b\n', ["1", "n-3", "3"], ":3: not a row: ',' expected after '\"'"),
        (f'{HEAD}2,"a,c\n3,{ARABIC},b\n', ["1", "n-3"], ":3: not a row: a quote is opened and never closed; lines 3 "),
        (f"{HEAD}2,a\rb,c\n3,{ARABIC},b\n", ["1", "n-3", "3"], ":3: not a row: a single carriage return"),
        (f"{HEAD}2,,c\n3,{ARABIC},b\n", ["1", "2", "3"], ':3: field "text" is empty'),
        (f"{HEAD}{' ' * 5}\n,,\n\n3,{ARABIC},b\n1,x,y\n", ["1", "3", "1"], ':7: duplicate id "1", first at '),
        (f'{HEAD}2,"x\ny",c\n3,z\n', ["1", "2", "n-5"], ":5: 2 columns"),
        (f"{HEAD}2,{'x' * 17_000_000},c\n3,{ARABIC},b\n", ["1", "n-3", "3"], ":3: not a row: field larger than"),
    ],
    ids=["short", "long", "end", "after quote", "open quote", "return", "no text", "blank", "multiline", "endless"],
)  # fmt: skip
def test_an_odd_row_is_named_and_the_others_are_read(write, content: str, read: list[str], wanted: str) -> None:
    path = write("n.csv", content)
    items = all_of(path)
    assert [item.id for item in items] == read
    (failure,) = (item for item in items if isinstance(item, Failure))
    assert failure.message.startswith(f"{path}{wanted}")
    with pytest.raises(InputError) as caught:
        list(read_articles(path))
    assert str(caught.value) == failure.message


GOOD = parquet(ROWS)


@pytest.mark.parametrize(
    "name, content, wanted",
    [
        ("n.csv", "", ": empty: holds no header row"),
        ("n.csv", "\n ,\n\n", ": empty: holds no header row"),
        ("n.csv", "text,id\n", ": empty: a header and no rows"),
        ("n.csv", f"text,text\n{ARABIC},x\n", ': column "text" appears twice'),
        ("n.csv", '"text\nx', ":1: not a row: a quote is opened and never closed"),
        ("n.csv", f"a;b\n{ARABIC};x\n", ': no column "text"; found "a", "b"'),
        ("n.csv", b"PK\x03\x04", ": binary file: looks like ZIP"),
        ("n.csv", b"text\n\0\0", ": binary: a NUL byte"),
        ("n.tsv", f"text,id\n{ARABIC},x\n", ': no column "text"; found "text,id"'),
        ("n.csv.gz", table(ROWS), ": the compressed data is truncated or damaged: Not a gzipped file"),
        ("n.csv.zst", table(ROWS), ": the compressed data is truncated or damaged: ZSTD"),
        ("n.csv.xz", table(ROWS), ": the compressed data is truncated or damaged: "),
        ("n.csv.gz", b"", ": empty: holds no header row"),
        ("n.parquet", GOOD[:-20], ": not Parquet, or truncated: "),
        ("n.parquet", GOOD[:100], ": not Parquet, or truncated: "),
        ("n.parquet", b"", ": not Parquet, or truncated: "),
        ("n.parquet", table(ROWS), ": not Parquet, or truncated: "),
        ("n.parquet", parquet([{"text": 5}]), ': column "text" holds int64; expected strings'),
        ("n.parquet", parquet(pa.table({"text": pa.array([], pa.string())})), ": empty: no rows"),
        ("n.parquet", parquet(pa.table([["a"], ["b"]], ["text", "text"])), ': column "text" appears twice'),
        ("n.arrow", arrow(ROWS)[:-20], ": not Arrow, or truncated: "),
        ("n.arrow", b"", ": not Arrow, or truncated: "),
        ("n.arrow", table(ROWS), ": not Arrow, or truncated: "),
        ("n.feather", b"FEA1" + b"\0" * 50, ": Feather version 1 is not read"),
    ],
)  # fmt: skip
def test_a_broken_file_is_one_fault(write, name: str, content: str | bytes, wanted: str) -> None:
    path = write(name, content)
    assert fault(path).startswith(f"{path}{wanted}")


def numbered(count: int, size: int = 2000) -> Iterator[dict[str, str]]:
    """Rows of over `size` characters that do not pack well, which would hide a file that is read whole."""
    chance = random.Random(0)
    for number in range(count):
        yield {"id": str(number), "text": f"{ARABIC} {number}", "raw": chance.randbytes(size // 2).hex()}


TORN = lines(numbered(300))


@pytest.mark.parametrize(
    "name, content, at_least",
    [
        ("n.jsonl.gz", gzip.compress(TORN), 0.45),
        ("n.jsonl.zst", zstd(TORN), 0.3),
        ("n.csv.gz", gzip.compress(table(list(numbered(300)))), 0.45),
        ("n.arrow", arrow(list(numbered(300)), pa.ipc.new_stream, 10), 0.45),
    ],
)
def test_of_a_torn_file_the_articles_before_the_tear_are_read(
    write, name: str, content: bytes, at_least: float
) -> None:
    path = write(name, content[: len(content) // 2])
    *articles, failure = all_of(path)
    assert [a.id for a in articles] == [str(number) for number in range(len(articles))]
    assert all(isinstance(a, Article) and len(str(a.metadata[0][1])) == 2000 for a in articles)
    assert at_least * 300 < len(articles) < 0.55 * 300
    assert isinstance(failure, Failure)
    assert (failure.place, failure.message.startswith(f"{path}: ")) == (str(path), True)
    assert "torn" in failure.message


def test_damaged_gzip_is_found_by_its_checksum(write) -> None:
    data = bytearray(gzip.compress(TORN))
    data[-8] ^= 1
    *articles, failure = all_of(write("n.jsonl.gz", bytes(data)))
    assert len(articles) == 300
    assert "CRC check failed" in failure.message


# ---------------------------------------------------------------- values of binary tables


def test_values_that_json_does_not_know(write) -> None:
    day = datetime.date(2020, 1, 2)
    row = {
        "text": ARABIC, "day": day, "at": datetime.datetime(2020, 1, 2, 3, 4, tzinfo=datetime.UTC),
        "price": decimal.Decimal("1.50"), "score": float("nan"), "raw": b"\x00\xff",
        "tags": [{"k": "v", "n": float("inf")}], "ok": True, "none": None, "time": datetime.time(5, 6),
    }  # fmt: skip
    (article,) = all_of(write("n.parquet", parquet([row])))
    assert dict(article.metadata) == {
        "day": "2020-01-02", "at": "2020-01-02T03:04:00+00:00", "price": "1.50", "score": None, "raw": "AP8=",
        "tags": [{"k": "v", "n": None}], "ok": True, "none": None, "time": "05:06:00",
    }  # fmt: skip
    assert article.changes == (Change("NaN or Infinity read as null", 2),)
    json.dumps(article.metadata, allow_nan=False)


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())])
def test_every_kind_of_string_column(write, kind: pa.DataType) -> None:
    text = pa.array([ARABIC]).cast(kind) if not pa.types.is_dictionary(kind) else pa.array([ARABIC]).dictionary_encode()
    out = io.BytesIO()
    data = pa.table({"text": text, "id": pa.array([3])})
    with pa.ipc.new_file(out, data.schema) as writer:
        writer.write_table(data)
    assert [(a.id, a.text) for a in all_of(write("n.arrow", out.getvalue()))] == [("3", ARABIC)]


def test_a_value_that_is_no_utf8_costs_only_its_row(write) -> None:
    text = pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0\2\0\0\0"), pa.py_buffer(b"\xd9a")]
    )
    bad, good = all_of(write("n.parquet", parquet(pa.table({"text": text}))))
    assert isinstance(bad, Failure)
    assert bad.message.startswith(f"{bad.place}: a value of this row cannot be read: 'utf-8' codec")
    assert (bad.place[-2:], good.text) == (":1", "a")


# ---------------------------------------------------------------- HTML

PAGE = (
    "<html><head><meta charset='{}'><title>خبر اليوم</title><meta name=author content='وكالة الأنباء'></head><body>"
    "<nav><a href=/>الرئيسية</a> <a href=/s>رياضة</a></nav><article><h1>خبر اليوم</h1>"
    + "".join(f"<p>{ARABIC} الفقرة {number}.</p>" for number in range(4))
    + f"</article><div id=comments><div class=comment><p>{ARABIC} من قارئ</p></div></div>"
    + "<footer>حقوق النشر محفوظة</footer></body></html>"
)
BODY = "\n".join(f"{ARABIC} الفقرة {number}." for number in range(4))


@pytest.mark.parametrize(
    "name, content, changes",
    [
        ("p.html", PAGE.format("utf-8").encode(), ()),
        ("p.htm", PAGE.format("windows-1256").encode(), ()),  # what it says of itself is wrong
        ("p.html", PAGE.format("windows-1256").encode("cp1256"), (Change("decoded from cp1256", 1),)),
        ("p.html", PAGE.format("utf-8").encode("cp1256"), (Change("decoded from cp1256", 1),)),
        ("p.html.gz", gzip.compress(PAGE.format("utf-8").encode()), ()),
    ],
)
def test_main_text_and_title_of_a_page(write, name: str, content: bytes, changes: tuple[Change, ...]) -> None:
    pytest.importorskip("trafilatura")
    (article,) = all_of(write(name, content))
    assert (article.id, article.title, article.text) == ("p", "خبر اليوم", BODY)
    assert (article.metadata, article.changes) == ((("author", "وكالة الأنباء"),), changes)


def test_a_page_is_believed_what_it_says_of_its_encoding(write) -> None:
    pytest.importorskip("trafilatura")
    page = PAGE.format("windows-1252").replace(ARABIC, "Le café était fermé à Orléans, dit la députée de la région.")
    for arabic in ("خبر اليوم", "وكالة الأنباء", "الرئيسية", "رياضة", "الفقرة", "من قارئ", "حقوق النشر محفوظة"):
        page = page.replace(arabic, "Élan")
    (article,) = all_of(write("p.html", page.encode("cp1252")))
    assert article.text.startswith("Le café était fermé à Orléans")
    assert article.changes == (Change("decoded from cp1252", 1),)


@pytest.mark.parametrize("page", ["<html><body></body></html>", "<nav><a href=/>x</a></nav>", "{}", "<" * 1000])
def test_page_without_text(write, page: str) -> None:
    pytest.importorskip("trafilatura")
    path = write("p.html", page)
    assert fault(path) == f"{path}: no main text found in this page; save its article as .txt"


def test_html_without_the_extra_names_it(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    path = write("p.html", PAGE)
    assert fault(path).startswith(f"{path}: HTML is read by trafilatura, which is not installed")
    assert "pip install '.[html]'" in fault(path)


# ---------------------------------------------------------------- Hugging Face datasets


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A folder `in/` with a dataset of three shards, one of two splits, and a text file."""
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    rows = [{"id": f"s{number}", "text": f"{ARABIC} {number}"} for number in range(7)]
    datasets.Dataset.from_list(rows).save_to_disk(tmp_path / "in/plain", num_shards=3)
    splits = {name: datasets.Dataset.from_list([{"text": f"{ARABIC} {name}"}]) for name in ("train", "dev")}
    datasets.DatasetDict(splits).save_to_disk(tmp_path / "in/split")
    (tmp_path / "in/z.txt").write_text(ARABIC, encoding="utf-8")
    return tmp_path / "in"


def test_a_saved_dataset_is_read_in_its_order(saved: Path) -> None:
    assert [(a.id, a.place) for a in all_of(saved / "plain")] == [(f"s{n}", f"{saved}/plain:{n + 1}") for n in range(7)]


def test_all_splits_or_one(saved: Path) -> None:
    assert [(a.id, a.place) for a in all_of(saved / "split")] == [
        ("split/train-1", f"{saved}/split/train:1"),
        ("split/dev-1", f"{saved}/split/dev:1"),
    ]
    assert [a.id for a in all_of(saved / "split/dev")] == ["dev-1"]


def test_datasets_among_other_files(saved: Path) -> None:
    assert [a.id for a in all_of(saved)] == [*(f"s{n}" for n in range(7)), "split/train-1", "split/dev-1", "z"]


def test_a_saved_dataset_is_read_without_the_heavy_package(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    assert len(all_of(saved / "plain")) == 7


@pytest.mark.parametrize(
    "state, wanted",
    [
        ('{"_data_files": [{"filename": "../../etc"}]}', 'state.json: "../../etc" is no name of a file in '),
        ('{"_data_files": [{"filename": "gone.arrow"}]}', "gone.arrow: no such file, though state.json names it"),
        ("{}", "state.json: not as Hugging Face datasets writes it: KeyError('_data_files')"),
        ("", "state.json: not as Hugging Face datasets writes it: JSONDecodeError"),
    ],
)  # fmt: skip
def test_a_broken_saved_dataset(saved: Path, state: str, wanted: str) -> None:
    (saved / "plain/state.json").write_text(state)
    assert fault(saved / "plain").startswith(f"{saved}/plain/{wanted}")


class HubError(Exception):
    pass


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch):
    """A hub that knows one data set; holds what was asked of it, or raises what it is told to."""
    state = SimpleNamespace(asked=[], error=None)

    class Rows(list):
        features = None

    def load_dataset(name, configuration=None, *, split, streaming):
        state.asked.append((name, configuration, split, streaming))
        if state.error:
            raise state.error
        parts = {part: Rows([{"text": f"{ARABIC} {part}", "n": float("nan")}] * 2) for part in ("train", "test")}
        return parts[split] if split else parts

    fake = SimpleNamespace(load_dataset=load_dataset, exceptions=SimpleNamespace(DatasetsError=HubError))
    monkeypatch.setitem(sys.modules, "datasets", fake)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    return state


@pytest.mark.parametrize(
    "source, asked, ids",
    [
        ("hf:o/n:test", ("o/n", None, "test"), ["o/n:test-1", "o/n:test-2"]),
        ("hf:o/n", ("o/n", None, None), ["o/n:train-1", "o/n:train-2", "o/n:test-1", "o/n:test-2"]),
        ("hf:o/n/arabic:test", ("o/n", "arabic", "test"), ["o/n/arabic:test-1", "o/n/arabic:test-2"]),
    ],
)
def test_a_data_set_of_the_hub(hub, source: str, asked: tuple[str | None, ...], ids: list[str]) -> None:
    items = all_of(source)
    assert hub.asked == [(*asked, True)]
    assert [item.id for item in items] == ids
    assert items[0].place == f"hf:{ids[0].rpartition('-')[0]}:1"
    assert items[0].metadata == (("n", None),)


def test_streamed_rows_of_the_real_package_keep_pictures_as_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    rows = [{"text": ARABIC, "picture": {"bytes": b"\x00\xff", "path": None}}]
    features = datasets.Features({"text": datasets.Value("string"), "picture": datasets.Image()})
    stream = datasets.Dataset.from_list(rows).to_iterable_dataset().cast(features)
    monkeypatch.setattr(datasets, "load_dataset", lambda *_, **__: datasets.IterableDatasetDict({"train": stream}))
    (article,) = all_of("hf:o/n")
    assert (article.id, article.metadata) == ("o/n:train-1", (("picture", {"bytes": "AP8=", "path": None}),))


@pytest.mark.parametrize(
    "error", [ConnectionError("no\nroute"), HubError("gone"), ValueError("x"), RuntimeError("script")]
)
def test_a_hub_that_cannot_be_reached(hub, error: Exception) -> None:
    hub.error = error
    told = " ".join(str(error).split())
    way_out = "to read a dataset that was saved with save_to_disk, name its folder"
    assert fault("hf:o/n") == f"hf:o/n: cannot be read from the Hub: {told}; {way_out}"


def test_a_missing_column_of_the_hub_is_one_fault(hub) -> None:
    assert fault("hf:o/n:train", text_field="body").startswith('hf:o/n:train: no column "body"; found "text", "n"')


@pytest.mark.parametrize("source", ["hf:", "hf:name", "hf:a/b/c/d", "hf:a/b:", "hf:a b/c"])
def test_what_is_no_data_set(hub, source: str) -> None:
    assert fault(source) == f"{source!r} is not a dataset on the Hub; expected hf:owner/name[/configuration][:split]"


def test_offline_never_asks_the_hub(hub, monkeypatch: pytest.MonkeyPatch) -> None:
    (failure,) = read_articles("hf:o/n", offline=True, strict=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert failure.message == fault("hf:o/n")
    assert failure.message.startswith("hf:o/n: not read, because this run is offline")
    assert hub.asked == []


# ---------------------------------------------------------------- output folders, ids, memory


def test_the_output_folder_of_a_run_is_no_input(write, tmp_path: Path) -> None:
    write("in/a.txt", ARABIC)
    write("in/out/records.jsonl", lines(ROWS))
    write("in/out/reports/r.txt", ARABIC)
    write("in/out/journal.sqlite", b"SQLite format 3")
    assert [item.id for item in all_of(tmp_path / "in")] == ["a"]
    assert fault(tmp_path / "in/out") == (
        f"{tmp_path}/in/out: the output folder of a run; to read its reports, name records.jsonl"
    )
    assert all_of(tmp_path / "in/out/records.jsonl")[0].id == "x1"
    for pattern, ids in (
        ("in/*", ["a"]),
        ("in/**", ["a"]),
        ("in/**/*.txt", ["a"]),
        ("in/out/r*.jsonl", ["x1", "records-2"]),
    ):
        assert [item.id for item in all_of(f"{tmp_path}/{pattern}")] == ids
    assert fault(f"{tmp_path}/in/*/*.jsonl").endswith(": no file matches this pattern")


def test_each_of_many_ids_is_found_again_with_its_first_place(write) -> None:
    first = write("a.jsonl", lines({"id": str(number), "text": "أ"} for number in range(5000)))
    again = write("b.jsonl", lines({"id": str(number), "text": "ب"} for number in reversed(range(5000))))
    items = all_of([first, again])
    assert all(isinstance(item, Article) for item in items[:5000])
    for number, item in zip(reversed(range(5000)), items[5000:], strict=True):
        assert isinstance(item, Failure)
        assert f'duplicate id "{number}", first at {first}:{number + 1};' in item.message


@pytest.mark.parametrize("name", ["a.txt", "a:7", "a:07", "a:", "a:99999999999", "خبر"])
def test_the_first_place_is_told_exactly(write, name: str) -> None:
    path = write(name, ARABIC)
    assert all_of([path, path])[1].message == (
        f'{path}: duplicate id "{name.removesuffix(".txt")}", first at {path}; give each article its own id'
    )


def measured(source: Path) -> tuple[int, int, int]:
    """Articles, the peak of Python's memory and the peak of Arrow's, in bytes above the start."""
    count = arrow_peak = 0
    arrow_start = pa.total_allocated_bytes()
    tracemalloc.start()
    try:
        for _ in read_articles(source):
            count += 1
            arrow_peak = max(arrow_peak, pa.total_allocated_bytes() - arrow_start)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return count, peak, arrow_peak


BIG = {
    "n.csv": table,
    "n.jsonl.gz": lambda rows: gzip.compress(lines(rows), 1),
    "n.jsonl.zst": lambda rows: zstd(lines(rows)),
    "n.parquet": lambda rows: parquet(rows, write_batch_size=64),  # one row group; a page is what must be in memory
    "n.arrow": lambda rows: arrow(rows, batch=50),
}


@pytest.mark.parametrize("name", BIG)
def test_nothing_is_held_whole_in_memory(write, name: str) -> None:
    path = write(name, BIG[name](list(numbered(3000, 8000))))
    assert path.stat().st_size > 12_000_000  # 24 MB unpacked
    count, peak, arrow_peak = measured(path)
    assert count == 3000
    assert peak < 2_000_000
    assert arrow_peak < 6_000_000


def test_ids_take_at_most_50_bytes_an_article(write) -> None:
    path = write(
        "n.jsonl", lines({"id": f"https://news.example/{number:060}", "text": "أ"} for number in range(20_000))
    )
    tracemalloc.start()
    try:
        reading = read_articles(path)
        next(reading)
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(19_998):
            next(reading)
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert held / 20_000 < 50


def test_a_merged_folder_inside_the_input_is_passed_over(tmp_path):
    merged = tmp_path / "in" / "whole"
    (merged / "reports").mkdir(parents=True)
    (merged / "reports" / "a.txt").write_text("Translated already.")
    for name in ("records.jsonl", "manifest.json"):
        (merged / name).write_text('{"id": "a", "text": "Translated already."}\n')
    (tmp_path / "in" / "b.txt").write_text("خبر")
    assert [article.id for article in read_articles(tmp_path / "in")] == ["b"]
    assert [article.id for article in read_articles(str(tmp_path / "in" / "**"))] == ["b"]
    with pytest.raises(InputError, match="the output folder of a run"):
        list(read_articles(merged))


PARAGRAPH = "افتتح وزير النقل يوم الأحد محطة القطارات الجديدة في المدينة بعد سنوات من الانتظار، وقال إنها ستخدم الآلاف."


@pytest.mark.parametrize(
    "text, title",
    [
        (f"محطة جديدة في المدينة\n\n{PARAGRAPH}\n", "محطة جديدة في المدينة"),
        (f"\ufeff\n  محطة جديدة في المدينة \r\n{PARAGRAPH}", "محطة جديدة في المدينة"),
        (f"# محطة جديدة.\n{PARAGRAPH}", "محطة جديدة."),
        (f"الأخضر يفوز على «العنابي»\n\n{PARAGRAPH}", "الأخضر يفوز على «العنابي»"),
        (f"هل تفتح المحطة (الجديدة)؟\n\n{PARAGRAPH}", "هل تفتح المحطة (الجديدة)؟"),
        (f"قال الوزير: «المحطة جاهزة.»\n\n{PARAGRAPH}", ""),
        (f"{PARAGRAPH}\n\n{PARAGRAPH}", ""),
        (f"قال الوزير إن المحطة جاهزة.\n\n{PARAGRAPH}", ""),
        (f"(رويترز)\n{PARAGRAPH}", ""),
        ("افتتح وزير النقل يوم الأحد محطة القطارات\nالجديدة في المدينة بعد سنوات من الانتظار\nالطويل.", ""),
        ("محطة جديدة في المدينة", ""),
        ("محطة جديدة في المدينة\n\n", ""),
        ("كلمة " * 21 + f"\n\n{PARAGRAPH}", ""),
    ],
)
def test_a_first_line_that_looks_like_a_headline_is_the_title(text, title):
    found, body = titled(text)
    assert found == title
    assert body == text if not title else title not in body and PARAGRAPH in body
