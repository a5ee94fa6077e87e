"""Files as other programs write them: nested, unquoted, pretty-printed, wrongly declared."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mt.config import ArticlesConfig, load_config
from mt.reading.articles import passed_over_note, read_articles
from mt.records import Article, Failure

Write = Callable[[str, "str | bytes"], Path]
TEXT = "قال الوزير إن الاجتماع كان مفيدا للبلدين."


def read(source: object, **options: str) -> list[Article | Failure]:
    return list(read_articles(source, options=ArticlesConfig(**options), strict=False))  # type: ignore[arg-type]


def told(items: list[Article | Failure]) -> list[tuple[str, str]]:
    return [(item.id, item.text if isinstance(item, Article) else f"FAILED {item.message}") for item in items]


# ---------------------------------------------------------------- fields inside fields


@pytest.mark.parametrize(
    "content, field, ids",
    [
        ({"id": 7, "data": {"text": TEXT, "lang": "ar"}}, "data.text", ["7"]),
        ({"_id": 7, "_source": {"doc": {"body": TEXT}}}, "_source.doc.body", ["n"]),
        ({"a.b": TEXT}, "a.b", ["n"]),
        ({"a.b": {"c": TEXT}}, "a.b.c", ["n"]),
        ({"status": "ok", "articles": [{"content": TEXT}, {"content": TEXT, "id": "x"}]}, "content", ["n-1", "x"]),
        ({"status": "ok", "articles": [{"content": TEXT}]}, "articles.content", ["n-1"]),
        ([{"data": {"text": TEXT}}], "data.text", ["n-1"]),
        ({"hits": [{"_source": {"text": TEXT}}]}, "hits._source.text", ["n-1"]),
    ],
)
def test_a_dotted_name_reads_a_field_inside_others(write: Write, content: object, field: str, ids: list[str]) -> None:
    assert told(read(write("n.json", json.dumps(content)), text_field=field)) == [(id_, TEXT) for id_ in ids]


def test_what_lies_beside_a_nested_text_is_metadata_and_the_text_is_not(write: Write) -> None:
    path = write("n.jsonl", json.dumps({"_source": {"text": TEXT, "site": "x"}, "n": 1}))
    [article] = read(path, text_field="_source.text", id_field="_source.id")
    assert isinstance(article, Article)
    assert article.metadata == (("_source", {"site": "x"}), ("n", 1))


@pytest.mark.parametrize(
    "content", [{"data": {"body": TEXT}}, {"data": [TEXT]}, {"a": [{"text": 1}], "b": [{"text": 2}]}]
)
def test_a_path_that_leads_nowhere_is_told(write: Write, content: object) -> None:
    [(_, message)] = told(read(write("n.json", json.dumps(content)), text_field="data.text"))
    assert 'no field "data.text"' in message


# ---------------------------------------------------------------- JSON


@pytest.mark.parametrize("name", ["n.json", "n.jsonl"])
@pytest.mark.parametrize(
    "join",
    [
        lambda objects: "\n".join(json.dumps(o, indent=1) for o in objects),
        lambda objects: "\n\n".join(json.dumps(o, indent="\t") for o in objects) + "\n",
        lambda objects: ",\n".join(json.dumps(o, indent=2) for o in objects),
        lambda objects: "".join(json.dumps(o) for o in objects),
        lambda objects: "".join(f"\x1e{json.dumps(o)}\n" for o in objects),
        lambda objects: json.dumps(objects, indent=4),
        lambda objects: "".join(json.dumps(o) + "\n" for o in objects),
    ],
    ids=["pretty", "parted", "commas", "one line", "sequences", "array", "lines"],
)
def test_values_after_each_other_are_articles(write: Write, name: str, join: Callable[[list[object]], str]) -> None:
    objects: list[object] = [{"id": f"a{i}", "text": TEXT, "tags": {"of": [i]}} for i in range(3)]
    assert told(read(write(name, join(objects)))) == [(f"a{i}", TEXT) for i in range(3)]


def test_a_bad_object_among_pretty_printed_ones_costs_only_itself(write: Write) -> None:
    good = [json.dumps({"id": i, "text": TEXT}, indent=1) for i in ("a", "b")]
    path = write("n.jsonl", f'{good[0]}\n{{\n "id": "x"\n "text": 1\n}}\n{good[1]}\n')
    assert [item.id for item in read(path) if isinstance(item, Article)] == ["a", "b"]
    [failed] = [item for item in read(path) if isinstance(item, Failure)]
    assert failed.place.endswith("n.jsonl:5")


def test_whole_numbers_of_a_float_column_are_ids(write: Write) -> None:
    path = write(
        "n.jsonl", f'{{"id": 1.0, "text": "{TEXT}"}}\n{{"id": null, "text": "{TEXT}"}}\n{{"id": 2.5, "text": "a"}}'
    )
    items = told(read(path))
    assert items[:2] == [("1", TEXT), ("n-2", TEXT)]
    assert "expected a string or a whole number" in items[2][1]


# ---------------------------------------------------------------- TSV


def test_quotes_of_a_corpus_cost_no_row(write: Write) -> None:
    texts = [TEXT, '"لن نتراجع”، قال', TEXT, '"الأمور بخير" هكذا قال', 'قال "نعم" أمس', '"مقتبس كله"', '"', TEXT]
    path = write("n.tsv", "id\ttext\n" + "".join(f"{i}\t{text}\n" for i, text in enumerate(texts)))
    items = read(path)
    assert [item.id for item in items] == [str(i) for i in range(len(texts))]
    assert [item.text for item in items if isinstance(item, Article)] == [
        t if t != '"مقتبس كله"' else "مقتبس كله" for t in texts
    ]


def test_quoted_fields_of_tsv_may_hold_tabs_and_newlines(write: Write) -> None:
    path = write("n.tsv", 'id\ttext\tb\n1\t"سطر أول\nسطر ""ثان""\t"\tx\n2\tآخر\ty\n')
    assert told(read(path)) == [("1", 'سطر أول\nسطر "ثان"'), ("2", "آخر")]
    assert [item.place.rpartition(":")[2] for item in read(path) if isinstance(item, Article)] == ["2", "4"]


# ---------------------------------------------------------------- encodings and kinds


@pytest.mark.parametrize("start", ["PAR1", "GIF8", "BZh9"])
def test_ids_may_look_like_a_binary_file(write: Write, start: str) -> None:
    assert told(read(write("n.csv", f"id,text\n{start},{TEXT}\n"))) == [(start, TEXT)]
    assert told(read(write("n.txt", f"{start} {TEXT}"))) == [("n", f"{start} {TEXT}")]
    [(_, message)] = told(read(write("m.txt", start.encode() + b"\x15\x04\x00\x01" * 20)))
    assert "binary" in message


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "us-ascii", "utf-8"])
def test_a_page_with_a_wrong_charset_is_read_by_its_words(write: Write, declared: str) -> None:
    body = "".join(
        f"<p>{TEXT} وأضاف في المؤتمر أن العمل مستمر من أجل السلام، وهذا هو الخبر رقم {i}.</p>" for i in range(4)
    )
    page = (
        f'<html><head><meta charset="{declared}"><title>خبر</title></head><body><article>{body}</article></body></html>'
    )
    [article] = read(write("n.html", page.encode("cp1256")))
    assert isinstance(article, Article)
    assert article.text.startswith(TEXT)
    assert "decoded from cp1256" in [change.step for change in article.changes]


def test_a_dataset_that_names_its_own_folder_as_a_split_is_refused(write: Write, tmp_path: Path) -> None:
    write("data/dataset_dict.json", json.dumps({"splits": ["."]}))
    [(_, message)] = told(read(tmp_path / "data"))
    assert '"." is no name of a file' in message


def test_files_of_other_kinds_are_counted_by_suffix(write: Write, tmp_path: Path) -> None:
    for name in ("a.txt", "b.xyz", "sub/c.XYZ", "d.odt", "README", ".hidden.odt"):
        write(f"in/{name}", TEXT)
    counts: dict[str, int] = {}
    items = list(read_articles(tmp_path / "in", strict=False, passed_over=counts))
    assert [item.id for item in items] == ["a"]
    assert passed_over_note(counts) == "4 files skipped: .odt 1, .xyz 2, no suffix 1"
    assert passed_over_note({}) == ""


def test_glossaries_beside_the_configuration_are_meant_from_its_folder(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("my/terms.tsv", "وزارة\tministry\n")
    config = write("my/c.yaml", "translate:\n  glossaries: [terms.tsv, countries, other.tsv]\n  hints: [terms.tsv]\n")
    monkeypatch.chdir(tmp_path)
    stage = load_config(config).translate
    assert stage.glossaries == (str(tmp_path / "my" / "terms.tsv"), "countries", "other.tsv")
    assert stage.hints == (str(tmp_path / "my" / "terms.tsv"),)
