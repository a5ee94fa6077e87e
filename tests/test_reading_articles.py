"""Reading: every form of input and every bad one; what is wrong stands as a `Failure`, and the rest is read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import pytest

from mt.errors import InputError
from mt.reading.articles import read_articles
from mt.records import Article, Change, Failure

SAMPLE = Path(__file__).parent / "data" / "article.ar.txt"
ARABIC = "التقى رئيس الوزراء اليوم في العاصمة نظيره لبحث التعاون بين البلدين."


def lines(*objects: object) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in objects)


def one(path: Path | str) -> Article:
    (article,) = read_articles(path)
    return article


def all_of(sources: Path | str | Iterable[Path | str]) -> list[Article | Failure]:
    return list(read_articles(sources, strict=False))


def fault(path: Path | str) -> str:
    """The message for the only article; strict reading raises the same."""
    (failure,) = all_of(path)
    assert isinstance(failure, Failure)
    assert failure.error == "InputError"
    with pytest.raises(InputError) as caught:
        list(read_articles(path))
    assert str(caught.value) == failure.message
    return failure.message


# ---------------------------------------------------------------- what is read


def test_sample_is_one_article() -> None:
    article = one(SAMPLE)
    assert (article.id, article.title, article.place) == ("article.ar", "", str(SAMPLE))
    assert article.text.startswith("رئيس مجلس الدولة الصيني")
    assert article.text.count("\n") >= 10


def test_fields_of_an_object(write) -> None:
    path = write(
        "n.jsonl", lines({"date": "2016", "id": "a/1", "text": ARABIC, "tags": [1, {"k": None}], "title": "ع\nب"})
    )
    article = one(path)
    assert article == Article("a/1", ARABIC, "ع ب", (("date", "2016"), ("tags", [1, {"k": None}])), (), f"{path}:1")


def test_cleaning_is_done_and_recorded_for_title_and_text(write) -> None:
    article = one(write("n.jsonl", lines({"title": "خبـر", "text": "خـبر عاجـل"})))
    assert (article.title, article.text) == ("خبر", "خبر عاجل")
    assert [c.count for c in article.changes if "tatweel" in c.step] == [3]


@pytest.mark.parametrize(
    "given, wanted",
    [("x-1", "x-1"), (7, "7"), (0, "0"), (None, "n-2"), ("  ", "n-2"), ("../../etc", "../../etc"), ("خبر", "خبر")],
)
def test_id_of_an_object(write, given: object, wanted: str) -> None:
    assert one(write("n.jsonl", "\n" + lines({"id": given, "text": ARABIC}))).id == wanted


@pytest.mark.parametrize("suffix", ["txt", "md", "text", "TXT"])
def test_known_text_suffix_is_no_part_of_the_id(write, suffix: str) -> None:
    assert one(write(f"v1.2.{suffix}", ARABIC)).id == "v1.2"


def test_unknown_suffix_is_one_text_and_stays_in_the_id(write) -> None:
    assert [one(write(name, ARABIC)).id for name in ("v1.1", "v1.2", "plain")] == ["v1.1", "v1.2", "plain"]


def test_json_lines_keep_order_and_skip_blank_lines(write) -> None:
    path = write("n.ndjson", lines({"text": "أ"}) + "\n  \n" + lines({"text": "ب"}))
    assert [(a.id, a.text, a.place) for a in read_articles(path)] == [
        ("n-1", "أ", f"{path}:1"),
        ("n-4", "ب", f"{path}:4"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_json_lines_are_parted_by_newline_alone(write, encoding: str) -> None:
    path = write("n.jsonl", '{"text":\r "أ\u2028ب\u0085ج"}\r\n{"text": "د"}'.encode(encoding))
    assert [a.place for a in read_articles(path)] == [f"{path}:1", f"{path}:2"]


@pytest.mark.parametrize(
    "content, wanted",
    [
        ('\n {"text": "أ",\n "x": 1}\n', [("n", 2)]),
        ('[\n{"text": "أ"},\n\n{"text": "ب"} , {"text": "ج"}\n]\n', [("n-1", 2), ("n-2", 4), ("n-3", 4)]),
        ('{"text": "أ"}\n{"text": "ب"}\n', [("n-1", 1), ("n-2", 2)]),
    ],
    ids=["object", "array", "lines under the name .json"],
)
def test_json_file(write, content: str, wanted: list[tuple[str, int]]) -> None:
    path = write("n.json", content)
    assert [(a.id, a.place) for a in read_articles(path)] == [(name, f"{path}:{line}") for name, line in wanted]


def test_folder_is_read_sorted_by_path_without_hidden_files(write, tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/b/c.text", "B.txt", ".hidden.txt", ".git/x.txt", "a/image.png", "خبر ١.txt"):
        write(f"news/{name}", ARABIC)
    write("news/c.jsonl", lines({"text": ARABIC}))
    assert [a.id for a in read_articles(tmp_path / "news")] == ["B", "a/b/c", "a/z", "b", "c-1", "خبر ١"]


def test_pattern(write, tmp_path: Path) -> None:
    for name in ("x/1.txt", "x/2.txt", "y/1.txt", "y/1.json", "y/.h.txt"):
        write(name, '{"text": "خبر"}')
    assert [a.id for a in read_articles(f"{tmp_path}/*/*.txt")] == ["x/1", "x/2", "y/1"]
    assert [a.id for a in read_articles(f"{tmp_path}/x/**")] == ["1", "2"]
    assert [a.id for a in read_articles(f"{tmp_path}/[x]")] == ["x/1", "x/2"]
    assert fault(f"{tmp_path}/*.csv") == f"{tmp_path}/*.csv: no file matches this pattern"


def test_file_whose_name_looks_like_a_pattern(write, tmp_path: Path) -> None:
    write("a.txt", "لا")
    assert one(str(write("[a].txt", "نعم"))).text == "نعم"


def test_sources_are_read_in_their_order(write) -> None:
    paths = [write("b.txt", "ب"), str(write("a.txt", "أ"))]
    assert [a.text for a in read_articles(paths)] == ["ب", "أ"]


def test_path_with_spaces_and_arabic_letters(write) -> None:
    assert one(write("أخبار اليوم/خبر أول (١).txt", ARABIC)).id == "خبر أول (١)"


@pytest.mark.parametrize("text", ["Only English here.", "🙂🙂", "123 456", "新华社", "نویسندهٔ پارسی"])
def test_other_languages_are_not_refused_here(write, text: str) -> None:
    assert one(write("a.txt", text)).text == text


def run_stdin(data: bytes) -> list[list[str]]:
    """What a process of its own reads from a real pipe: [id, text, place] or [error message]."""
    code = (
        "import json; from mt.reading.articles import read_articles\n"
        "for a in read_articles('-', strict=False):\n"
        "    print(json.dumps([a.id, a.text, a.place] if hasattr(a, 'text') else [a.message]))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    "data, wanted",
    [
        ("خبر\nعاجل".encode(), [["stdin", "خبر\nعاجل", "<stdin>"]]),
        ("[1] خبر".encode(), [["stdin", "[1] خبر", "<stdin>"]]),
        ('\n \n{"text": "أ"}\n{"text": "ب"}'.encode(), [["stdin-3", "أ", "<stdin>:3"], ["stdin-4", "ب", "<stdin>:4"]]),
        ('\ufeff{"text": "أ"}'.encode(), [["stdin-1", "أ", "<stdin>:1"]]),
        (
            '{"text": "أ"}\n{"text": "ب"}\n'.encode("utf-16"),
            [["stdin-1", "أ", "<stdin>:1"], ["stdin-2", "ب", "<stdin>:2"]],
        ),
        ("خبر\nعاجل".encode("utf-16"), [["stdin", "خبر\nعاجل", "<stdin>"]]),
        (b" \n", [["<stdin>: empty: only white space"]]),
        (b"", [["<stdin>: empty: 0 bytes"]]),
        (
            b"%PDF-1.7",
            [["<stdin>: binary file: looks like PDF; expected text in UTF-8, so export or decompress it"]],
        ),
    ],
    ids=["text", "bracket", "lines", "bom", "utf-16 lines", "utf-16 text", "blank", "nothing", "binary"],
)
def test_stdin(data: bytes, wanted: list[list[str]]) -> None:
    assert run_stdin(data) == wanted


def test_closed_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert fault("-") == "<stdin>: standard input is closed"


# ---------------------------------------------------------------- encodings

DECODED = [
    ("utf-8", ()),
    ("utf-8-sig", ()),
    ("utf-16", ()),
    ("utf-32", ()),
    ("cp1256", (Change("decoded from cp1256", 1),)),
    ("iso8859_6", (Change("decoded from ISO-8859-6", 1),)),
]


@pytest.mark.parametrize("encoding, changes", DECODED)
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.json"])
def test_encodings(write, name: str, encoding: str, changes: tuple[Change, ...]) -> None:
    text = ARABIC if name == "a.txt" else lines({"text": ARABIC})
    article = one(write(name, text.encode(encoding)))
    assert (article.text, article.changes) == (ARABIC, changes)


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-32-be"])
def test_big_endian_byte_order_mark(write, encoding: str) -> None:
    assert one(write("a.txt", f"\ufeff{ARABIC}".encode(encoding))).text == ARABIC


@pytest.mark.parametrize("encoding", ["cp1256", "iso8859_6"])
def test_every_paragraph_of_the_sample_survives_its_old_encoding(write, encoding: str) -> None:
    paragraphs = [p.encode(encoding, "ignore") for p in SAMPLE.read_text(encoding="utf-8").splitlines() if p]
    assert len(paragraphs) > 10
    for data in paragraphs:
        assert one(write("a.txt", data)).text == one(write("b.txt", data.decode(encoding))).text


FOREIGN = {
    "koi8-r": "Президент сегодня провел встречу с министром",
    "cp1251": "ВЫБОРЫ В РОССИИ ПРОШЛИ ",  # capitals are Arabic letters, every one, in cp1256
    "cp1252": "L'été dernier, à côté de la forêt, l'élève a préféré ça",
    "cp1253": "Ο πρωθυπουργός συναντήθηκε σήμερα",
    "cp1254": "Cumhurbaşkanı bugün İstanbul'da açıklama yaptı",
    "cp1255": "ראש הממשלה נפגש היום עם שר החוץ",
    "gbk": "国务院总理李克强会见哈萨克斯坦总理",
}


@pytest.mark.parametrize("encoding", FOREIGN)
def test_other_old_encodings_are_not_taken_for_arabic(write, encoding: str) -> None:
    path = write("a.txt", (FOREIGN[encoding] * 10).encode(encoding))
    assert fault(path).startswith(f"{path}: not UTF-8 at byte ")


def test_damaged_utf8_names_the_byte(write) -> None:
    path = write("a.txt", ARABIC.encode()[:-2])
    assert fault(path) == (
        f"{path}: not UTF-8 at byte {len(ARABIC.encode()) - 3} (0xd9), "
        "nor Arabic in cp1256 or ISO-8859-6; save it as UTF-8"
    )


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_damaged_utf16(write, name: str) -> None:
    path = write(name, '{"text": "خبر"}'.encode("utf-16") + b"\x00")
    assert f"{path}: not UTF-16" in fault(path)


# ---------------------------------------------------------------- bad files

BINARY = [
    (b"%PDF-1.7\n\xe2\xe3", "binary file: looks like PDF"),
    (b"PK\x03\x04\x14\x00", "binary file: looks like ZIP (docx, xlsx, epub)"),
    (b"\x89PNG\r\n\x1a\n\x00", "binary file: looks like PNG"),
    (b"\x1f\x8b\x08\x00", "binary file: looks like gzip"),
    (b"{\\rtf1 \\ansi}", "binary file: looks like RTF"),
    ("خبر".encode() + b"\x00\x00", "binary: a NUL byte at byte 6"),
    (ARABIC.encode("utf-16-le"), "binary: a NUL byte at byte "),
    (bytes(range(1, 9)) * 20 + b"text", "binary: too many control characters"),
]


@pytest.mark.parametrize("data, wanted", BINARY)
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.json"])
def test_binary_is_refused(write, name: str, data: bytes, wanted: str) -> None:
    path = write(name, data)
    assert fault(path).startswith((f"{path}: {wanted}", f"{path}:1: {wanted}"))


def test_nul_byte_far_inside(write) -> None:
    path = write("a.txt", b"x" * 100_000 + b"\0")
    assert fault(path).startswith(f"{path}: binary: a NUL byte at byte 100000;")


@pytest.mark.parametrize(
    "name, data, wanted",
    [
        ("a.txt", "", "empty: 0 bytes"),
        ("a.txt", " \n\t\r\n\u00a0", "empty: only white space"),
        ("a.txt", "\ufeff", "empty: only white space"),
        ("a.txt", "\u200b\u200b", "empty: no text is left after cleaning"),
        ("a.jsonl", "", "empty: holds no JSON"),
        ("a.jsonl", "\n \n", "empty: holds no JSON"),
        ("a.json", " \n", "empty: holds no JSON"),
        ("a.json", " [ ] ", "empty: the array holds no article"),
    ],
)
def test_empty(write, name: str, data: str, wanted: str) -> None:
    path = write(name, data)
    assert fault(path) == f"{path}: {wanted}"


def test_missing_file_names_the_nearest(write, tmp_path: Path) -> None:
    write("article.txt", ARABIC)
    assert fault(tmp_path / "artcle.txt") == f"{tmp_path}/artcle.txt: no such file or folder; did you mean article.txt?"
    assert fault(tmp_path / "qqq.zz") == f"{tmp_path}/qqq.zz: no such file or folder"
    assert (
        fault(tmp_path / "x/y/z.txt")
        == f"{tmp_path}/x/y/z.txt: no such file or folder; {tmp_path}/x does not exist, either"
    )


@pytest.mark.parametrize("source", ["", "a\0b"])
def test_what_is_no_path(source: str) -> None:
    assert fault(source).startswith(f"{source!r} is not a path; expected")


def test_file_used_as_a_folder(write) -> None:
    path = write("a.txt", ARABIC) / "b.txt"
    assert fault(path) == f"{path}: cannot be read: Not a directory"


def test_name_too_long(tmp_path: Path) -> None:
    assert fault(tmp_path / ("x" * 300)).endswith("cannot be read: File name too long")


def test_dangling_link_and_link_loop(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to("gone.txt")
    (tmp_path / "b.txt").symlink_to("b.txt")
    dangling, loop = all_of(tmp_path)
    assert isinstance(dangling, Failure)
    assert isinstance(loop, Failure)
    assert dangling.message.startswith(f"{tmp_path}/a.txt: cannot be read: No such file")
    assert "Too many levels of symbolic links" in loop.message
    assert fault(tmp_path / "a.txt") == f"{tmp_path}/a.txt: a broken link; its target gone.txt does not exist"


def test_folder_links_are_followed_but_never_round_in_circles(write, tmp_path: Path) -> None:
    write("a/x.txt", ARABIC)
    write("b/y.txt", ARABIC)
    (tmp_path / "a/to_b").symlink_to(tmp_path / "b")
    (tmp_path / "b/to_a").symlink_to(tmp_path / "a")
    (tmp_path / "a/up").symlink_to("..")
    assert [a.id for a in read_articles(tmp_path / "a")][:2] == ["to_b/y", "up/b/y"]
    assert len(list(read_articles(tmp_path / "a"))) == 3


def test_folder_without_articles(write, tmp_path: Path) -> None:
    write("a/image.png", "")
    write("a/.x.txt", ARABIC)
    assert fault(tmp_path).startswith(
        f"{tmp_path}: contains no articles; looked for .arrow .atom .csv .docx .feather .htm .html .json "
    )


@pytest.mark.parametrize("in_folder", [False, True])
def test_pipes_are_refused_and_do_not_block(tmp_path: Path, in_folder: bool) -> None:
    os.mkfifo(tmp_path / "p.txt")
    assert "p.txt: neither a file nor a folder" in fault(tmp_path if in_folder else tmp_path / "p.txt")


def test_devices_are_refused() -> None:
    assert fault("/dev/zero").startswith("/dev/zero: neither a file nor a folder")


# Root may read everything, so the refusal itself is played: the call that the system would refuse raises.
@pytest.mark.parametrize("call", ["open", "stat"])
def test_permission_denied(write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    closed, path = write("closed.txt", ARABIC), write("open.txt", ARABIC)
    real = getattr(Path, call)

    def refuse(self: Path, *args: object, **options: object) -> object:
        if self == closed:
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *args, **options)

    monkeypatch.setattr(Path, call, refuse)
    failure, article = all_of([closed, path])
    assert failure == Failure(failure.id, str(closed), "InputError", f"{closed}: cannot be read: Permission denied")
    assert isinstance(article, Article)


def test_folder_that_may_not_be_listed(write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a/x.txt", ARABIC)
    write("b/y.txt", ARABIC)
    real = os.listdir

    def refuse(path: Path) -> list[str]:
        if Path(path).name == "a":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "listdir", refuse)
    failure, article = all_of(tmp_path)
    assert isinstance(failure, Failure)
    assert failure.message == f"{tmp_path}/a: cannot be read: Permission denied"
    assert article.id == "b/y"


def test_file_name_that_is_not_utf8(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xc7\xe1.txt"
    with open(path, "wb") as stream:
        stream.write(ARABIC.encode())
    article = one(tmp_path)
    assert article.id == "\\udcc7\\udce1"
    assert article.place.encode() == os.fsencode(tmp_path) + b"/\\udcc7\\udce1.txt"


# ---------------------------------------------------------------- bad JSON

BAD_LINES = [
    ('{"text": "أ"', "not JSON at column 13: Expecting ',' delimiter"),
    ("text", "not JSON at column 1: Expecting value"),
    ('{"text": "a"} ["b"]', "text after the object, at column 14; expected one object a line"),
    ("null", 'found null; expected an object such as {"id": …, "title": …, "text": …}'),
    ("[1]", "found an array; expected an object such as"),
    ('"خبر"', 'found "خبر"; expected an object such as'),
    ("3", "found 3; expected an object such as"),
    ('{"id": "x", "body": "أ"}', 'no field "text"; found "id", "body"'),
    ("{}", 'no field "text"; found no fields'),
    ('{"text": 5}', 'field "text" is 5; expected a string'),
    ('{"text": null}', 'field "text" is null; expected a string'),
    ('{"text": NaN}', 'field "text" is null; expected a string'),
    ('{"text": ["أ"]}', 'field "text" is an array; expected a string'),
    ('{"text": " \\n"}', 'field "text" is empty'),
    ('{"text": "أ", "title": 5}', 'field "title" is 5; expected a string'),
    ('{"text": "أ", "id": 1.5}', 'field "id" is 1.5; expected a string or a whole number'),
    ('{"text": "أ", "id": true}', 'field "id" is true; expected a string or a whole number'),
    ('{"text": "أ", "id": ["x"]}', 'field "id" is an array; expected a string or a whole number'),
    ('{"text": "أ", "text": "ب"}', 'key "text" appears twice; only one of the two can be meant'),
    ('{"text": "أ", "m": {"k": 1, "k": 2}}', 'key "k" appears twice; only one of the two can be meant'),
    ('{"text": "أ", "m": ' + "[" * 100 + "]" * 100 + "}", "metadata is nested deeper than 64 levels"),
    ('{"text": "أ", "m": ' + "[" * 100_000, "nested too deep"),
    ('{"text": "أ", "m": ' + "1" * 5000 + "}", "a whole number of more than 4300 digits"),
    ('{"text": "أ\t"}', "not JSON at column 12: Invalid control character at"),
]


@pytest.mark.parametrize("line, wanted", BAD_LINES)
def test_bad_line_is_named_and_the_others_are_read(write, line: str, wanted: str) -> None:
    path = write("n.jsonl", lines({"text": "أول"}) + line + "\n" + lines({"text": "ثالث"}))
    first, bad, third = all_of(path)
    assert isinstance(bad, Failure)
    assert (bad.place, bad.error) == (f"{path}:2", "InputError")
    assert bad.message.startswith(f"{path}:2: {wanted}")
    assert (first.id, third.id) == ("n-1", "n-3")
    with pytest.raises(InputError) as caught:
        list(read_articles(path))
    assert str(caught.value) == bad.message


def test_strict_reading_gives_what_stands_before_the_bad_line(write) -> None:
    reading = read_articles(write("n.jsonl", lines({"text": "أول"}) + "bad"))
    assert next(reading).text == "أول"
    with pytest.raises(InputError, match=r"n\.jsonl:2: not JSON"):
        next(reading)


def test_failure_carries_the_id_where_it_is_known(write) -> None:
    failure, other = all_of(write("n.jsonl", lines({"id": "x9", "text": 3}, {"id": [], "text": "أ"})))
    assert (failure.id, other.id) == ("x9", "n-2")


def test_torn_last_line(write) -> None:
    path = write("n.jsonl", lines({"text": "أ"}) + '{"text": "ب')
    bad = all_of(path)[1]
    assert isinstance(bad, Failure)
    assert bad.message.endswith("; the file ends within this line: is it truncated?")


@pytest.mark.parametrize(
    "content, read, wanted",
    [
        ('[{"text": "أ"}, null, {"text": "ب"}]', ["n-1", "n-2", "n-3"], "n.json:1: found null"),
        ('[{"text": "أ"},\n{"text": "ب"', ["n-1", "n"], "n.json: not JSON at line 2, column 13: Expecting ','"),
        ('[{"text": "أ"}', ["n-1", "n"], "n.json: the array ends after article 1; is the file truncated?"),
        ('[{"text": "أ"},]', ["n-1", "n"], "n.json: not JSON at column 16: Expecting value"),
        ('[{"text": "أ"}] x', ["n-1", "n"], "n.json: more text after the array"),
        ("null", ["n"], "n.json:1: found null"),
        ("{", ["n"], "n.json: not JSON at column 2"),
    ],
)
def test_bad_json_file(write, content: str, read: list[str], wanted: str) -> None:
    items = all_of(write("n.json", content))
    assert [item.id for item in items] == read
    (failure,) = (item for item in items if isinstance(item, Failure))
    assert wanted in failure.message


def test_not_numbers_are_null_and_recorded(write) -> None:
    article = one(write("n.jsonl", '{"text": "أ", "a": NaN, "b": [-Infinity, 1e999, 1.5]}'))
    assert article.metadata == (("a", None), ("b", [None, None, 1.5]))
    assert article.changes == (Change("NaN or Infinity read as null", 3),)


def test_lone_surrogates_cannot_break_a_later_write(write) -> None:
    content = (
        r'{"id": "i\ud800", "title": "\udfffخبر", "text": "خ\ud800بر", "k\ud800": {"\udc00": ["\ud83d\ude00\ud800"]}}'
    )
    article = one(write("n.jsonl", content))
    repr(article).encode("utf-8")
    assert article.id == "i\\ud800"
    assert "خ" in article.text
    assert article.metadata == (("k\\ud800", {"\\udc00": ["😀\\ud800"]}),)


def test_duplicate_ids(write) -> None:
    first = write("a.jsonl", lines({"id": 5, "text": "أ"}, {"id": "5", "text": "ب"}, {"id": "6", "text": "ج"}))
    second = write("b.jsonl", lines({"id": "6", "text": "د"}))
    items = all_of([first, second])
    assert [(type(item), item.id) for item in items] == [(Article, "5"), (Failure, "5"), (Article, "6"), (Failure, "6")]
    assert isinstance(items[1], Failure)
    assert items[1].message.startswith(f'{first}:2: duplicate id "5", first at {first}:1')
    assert isinstance(items[3], Failure)
    assert f"first at {first}:3" in items[3].message


def test_same_path_object_twice_is_a_duplicate(write) -> None:
    path = write("a.txt", ARABIC)
    assert [type(item) for item in all_of([path, path])] == [Article, Failure]


def test_bad_file_does_not_stop_the_others(write, tmp_path: Path) -> None:
    sources = [tmp_path / "gone.txt", write("p.txt", b"%PDF-1"), write("a.txt", ARABIC)]
    assert [type(item) for item in all_of(sources)] == [Failure, Failure, Article]


# ---------------------------------------------------------------- size


def test_json_lines_are_never_held_as_a_whole(write) -> None:
    path = write("n.jsonl", lines(*({"text": "خبر " * 500, "n": n} for n in range(1500))))
    assert path.stat().st_size > 5_000_000
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_articles(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 1500
    assert peak < 1_500_000


def test_line_of_50_megabytes(write) -> None:
    path = write("n.jsonl", lines({"text": "أ", "raw": "x" * 50_000_000}) + lines({"text": "ب"}))
    first, second = read_articles(path)
    assert len(str(first.metadata[0][1])) == 50_000_000
    assert second.text == "ب"


def test_megabyte_without_punctuation(write) -> None:
    text = "كلمة " * 110_000 + "كلمة"
    assert one(write("a.txt", text)).text == text


@pytest.mark.parametrize(
    "written, original",
    [("قـــال الرئيس", "قـــال الرئيس"), ("قال  الرئيس \r\n", ""), ("قال الرئيس", "")],
)
def test_the_text_as_read_is_kept_where_cleaning_changed_letters(tmp_path, written, original):
    path = tmp_path / "news.jsonl"
    path.write_text(json.dumps({"id": "a", "text": written}) + "\n", encoding="utf-8")
    [article] = read_articles(path)
    assert article.original == original
    assert article.text == "قال الرئيس"
