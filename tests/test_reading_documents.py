"""Word, PDF, feeds and pages of the web, made here by the libraries themselves."""

from __future__ import annotations

import gzip
import io
import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import docx
import pypdf
import pytest
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from mt.config import ArticlesConfig
from mt.reading import extras, fetching, web
from mt.reading.articles import passed_over_note, read_articles
from mt.records import Article, Failure

Write = Callable[[str, "str | bytes"], Path]
TEXT = "قال الوزير إن الاجتماع كان مفيدا للبلدين."
MORE = "وأضاف أن العمل مستمر في 24 مدينة."


def read(source: object, **options: bool) -> list[Article | Failure]:
    return list(read_articles(source, strict=False, **options))  # type: ignore[call-overload, no-any-return]


def article(source: object) -> Article:
    [item] = read(source)
    assert isinstance(item, Article), item
    return item


def fault(source: object, **options: bool) -> str:
    [item] = read(source, **options)
    assert isinstance(item, Failure), item
    return item.message


# ---------------------------------------------------------------- Word


def word_file() -> bytes:
    document = docx.Document()
    document.add_paragraph("عنوان الخبر", style="Title")
    document.add_paragraph(TEXT)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("المدينة", "العدد", "جدة", "٣"), strict=True):
        cell.text = text
    document.add_paragraph(MORE)
    document.core_properties.author = "محرر"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_a_word_document_is_an_article_with_its_title_and_tables(write: Write) -> None:
    found = article(write("news.docx", word_file()))
    assert (found.id, found.title) == ("news", "عنوان الخبر")
    assert found.text == f"{TEXT}\nالمدينة\tالعدد\nجدة\t٣\n{MORE}"
    assert dict(found.metadata)["author"] == "محرر"


@pytest.mark.parametrize(
    "data, said",
    [(b"PK\x03\x04 torn", "damaged"), (b"\xd0\xcf\x11\xe0" * 9, "old Word file"), (b"text", "not a Word document")],
)
def test_what_is_no_word_document_is_told(write: Write, data: bytes, said: str) -> None:
    assert said in fault(write("news.docx", data))


def test_a_document_without_text_and_one_that_unpacks_to_too_much_are_refused(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.BytesIO()
    docx.Document().save(stream)
    assert "empty" in fault(write("empty.docx", stream.getvalue()))
    monkeypatch.setattr("mt.reading.word._LARGEST", 1000)
    assert "unpacks to" in fault(write("news.docx", word_file()))


# ---------------------------------------------------------------- PDF


def pdf_file(lines: list[str], *, title: str = "", password: str = "") -> bytes:
    """A page whose font names the letter of each code, so that its text can be extracted; nothing can be seen."""
    letters = sorted(set("".join(lines)))
    codes = {letter: f"{number:04x}" for number, letter in enumerate(letters, 1)}
    pairs = "\n".join(f"<{code}> <{letter.encode('utf-16-be').hex()}>" for letter, code in codes.items())
    mapping = DecodedStreamObject()
    mapping.set_data(
        f"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{pairs}\nendbfchar endcmap end".encode()
    )
    content = DecodedStreamObject()
    shown = [f"1 0 0 1 50 {700 - 20 * i} Tm <{''.join(codes[c] for c in line)}> Tj" for i, line in enumerate(lines)]
    content.set_data(f"BT /F1 12 Tf {' '.join(shown)} ET".encode())
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(600, 800)
    descendant = DictionaryObject(
        {NameObject(f"/{key}"): NameObject(f"/{value}") for key, value in
         (("Type", "Font"), ("Subtype", "CIDFontType2"), ("BaseFont", "Any"))}
    )  # fmt: skip
    font = DictionaryObject(
        {NameObject(f"/{key}"): NameObject(f"/{value}") for key, value in
         (("Type", "Font"), ("Subtype", "Type0"), ("BaseFont", "Any"), ("Encoding", "Identity-H"))}
    )  # fmt: skip
    descendant[NameObject("/DW")] = NumberObject(500)
    font[NameObject("/DescendantFonts")] = ArrayObject([writer._add_object(descendant)])
    font[NameObject("/ToUnicode")] = writer._add_object(mapping)
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    page[NameObject("/Contents")] = writer._add_object(content)
    if title:
        writer.add_metadata({"/Title": title})
    if password:
        writer.encrypt(password)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def in_the_order_of_the_eye(line: str) -> str:
    """How most programs write Arabic into a PDF: from left to right."""
    return line[::-1].replace("42", "24")


def test_the_text_layer_of_a_pdf_is_an_article(write: Write) -> None:
    lines = [in_the_order_of_the_eye(line) for line in (TEXT, MORE)]
    found = article(write("news.pdf", pdf_file([*lines, "- 3 -"], title="خبر اليوم")))
    assert (found.id, found.title) == ("news", "خبر اليوم")
    assert found.text == f"{TEXT}\n{MORE}"


def test_lam_alef_of_a_pdf_is_mended_and_told(write: Write) -> None:
    swapped = "قال إن األمن واالقتصاد من أهم اإلنجازات."
    found = article(write("news.pdf", pdf_file([in_the_order_of_the_eye(swapped)])))
    assert found.text == "قال إن الأمن والاقتصاد من أهم الإنجازات."
    assert "lam-alef of PDF text" in [change.step for change in found.changes]


@pytest.mark.parametrize(
    "data, said",
    [
        (b"%PDF-1.7 torn", "damaged"),
        (b"text", "damaged"),
        (pdf_file([" "]), "images"),
        (pdf_file([TEXT], password="x"), "password"),
    ],
    ids=["torn", "text", "picture", "locked"],
)
def test_what_is_no_pdf_with_text_is_told(write: Write, data: bytes, said: str) -> None:
    assert said in fault(write("news.pdf", data))


# ---------------------------------------------------------------- feeds

RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>أخبار</title>
<item><title>حريق في الميناء</title><link>https://e.example/1</link><guid>g1</guid>
<description>&lt;p&gt;{TEXT}&lt;/p&gt;</description></item>
<item><title>خبر ثان</title><link>https://e.example/2</link><description>موجز</description>
<content:encoded><![CDATA[<p>{TEXT}</p><p>{MORE}&nbsp;</p>]]></content:encoded></item>
<item><title>عنوان وحده</title></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>a</title>
<entry><id>urn:1</id><title>عنوان</title><summary>{TEXT}</summary><updated>2024-01-01T00:00:00Z</updated></entry></feed>"""


@pytest.mark.parametrize("name", ["feed.xml", "feed.rss"])
def test_the_items_of_a_feed_are_articles(write: Write, name: str) -> None:
    items = read(write(name, RSS))
    assert [(i.id, i.title, i.text) for i in items if isinstance(i, Article)] == [
        ("g1", "حريق في الميناء", TEXT),
        ("https://e.example/2", "خبر ثان", f"{TEXT}\n\n{MORE}"),
        ("feed-3", "", "عنوان وحده"),
    ]


def test_atom_is_read_and_other_xml_is_refused_with_its_root(write: Write) -> None:
    assert article(write("a.atom", ATOM)).id == "urn:1"
    assert "root <nitf>" in fault(write("n.xml", f'<?xml version="1.0"?><nitf><body>{TEXT}</body></nitf>'))
    assert "not a feed" in fault(write("t.xml", TEXT))


@pytest.mark.parametrize("head", ['<?xml version="1.0"?><nitf>', '<rss version="2.0">', "\ufeff<feed xmlns='x'>"])
def test_xml_under_the_name_of_text_is_refused(write: Write, head: str) -> None:
    assert "looks like XML" in fault(write("n.txt", f"{head}{TEXT}"))


# ---------------------------------------------------------------- in folders, and without the extras


def test_a_folder_is_read_with_its_documents_and_what_is_none_is_passed_over(write: Write, tmp_path: Path) -> None:
    for name, data in {
        "a.docx": word_file(), "b.docx": TEXT, "c.pdf": TEXT, "d.xml": TEXT, "e.xml": RSS, "f.txt": MORE
    }.items():  # fmt: skip
        write(f"in/{name}", data)
    counts: dict[str, int] = {}
    items = list(read_articles(tmp_path / "in", strict=False, passed_over=counts))
    assert [item.id for item in items] == ["a", "g1", "https://e.example/2", "e-3", "f"]
    assert passed_over_note(counts) == "3 files skipped: .docx 1, .pdf 1, .xml 1"


@pytest.mark.parametrize(
    "name, module, extra", [("a.docx", "docx", "word"), ("a.pdf", "pdfminer", "pdf"), ("a.rss", "feedparser", "feeds")]
)
def test_a_missing_library_is_one_line_that_names_the_extra(
    write: Write, monkeypatch: pytest.MonkeyPatch, name: str, module: str, extra: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, module, None)
    message = fault(write(name, RSS))
    assert f"pip install '.[{extra}]'" in message
    assert "\n" not in message


def test_in_a_folder_files_without_their_library_are_passed_over(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "_installed", lambda module: False)
    write("in/a.docx", word_file())
    write("in/b.txt", TEXT)
    counts: dict[str, int] = {}
    assert [item.id for item in read_articles(tmp_path / "in", passed_over=counts)] == ["b"]
    assert counts == {".docx": 1}


# ---------------------------------------------------------------- the web

PAGE = f"<html><head><title>خبر</title></head><body><article>{f'<p>{TEXT} {MORE}</p>' * 4}</article></body></html>"
ANSWERS: dict[str, tuple[int, str, bytes]] = {
    "/page": (200, "text/html; charset=windows-1256", PAGE.encode("cp1256")),
    "/%D8%AE%D8%A8%D8%B1": (200, "text/html", PAGE.encode()),
    "/feed": (200, "application/rss+xml", RSS.encode()),
    "/plain": (200, "text/plain; charset=utf-8", TEXT.encode()),
    "/a.pdf": (200, "application/pdf", pdf_file([in_the_order_of_the_eye(TEXT)])),
    "/image": (200, "image/png", b"\x89PNG"),
    "/private/page": (200, "text/html", PAGE.encode()),
    "/%D8%AE%D8%A8%D8%B1%20%D8%B9%D8%A7%D8%AC%D9%84": (200, "text/html", PAGE.encode()),
    "/robots.txt": (200, "text/plain", b"User-agent: *\nDisallow: /private/\n"),
}


def _raw(*headers: str, body: bytes = PAGE.encode()) -> tuple[bytes, ...]:
    head = "\r\n".join(("HTTP/1.0 200 OK", "Content-Type: text/html", *headers, "", ""))
    return (head.encode(), body)


ODD: dict[str, tuple[bytes, ...]] = {
    "/gzip": _raw("Content-Encoding: gzip", body=gzip.compress(PAGE.encode())),
    "/torn": _raw("Content-Encoding: gzip", body=gzip.compress(PAGE.encode())[:-30]),
    "/bomb": _raw("Content-Encoding: gzip", body=gzip.compress(bytes(50_000_000))),
    "/not-gzip": _raw("Content-Encoding: gzip"),
    "/short": _raw(f"Content-Length: {len(PAGE.encode()) + 1}"),
    "/slow": (*_raw(body=b""), *[b"<p>"] * 20),
    "/garbage": (b"\0\xff garbage\r\n\r\n",),
    "/nothing": (b"",),
    "/loop": (b"HTTP/1.0 302 Found\r\nLocation: /loop\r\n\r\n",),
    "/file": (b"HTTP/1.0 302 Found\r\nLocation: file:///etc/hostname\r\n\r\n",),
}
"""What a server must not do, as it goes over the line."""


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if odd := ODD.get(self.path):
            for piece in odd:
                self.wfile.write(piece)
                time.sleep(0.2 if self.path == "/slow" else 0)
            return
        status, kind, data = ANSWERS.get(self.path, (404, "text/html", b"none"))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Tests are silent."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _online(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("path", ["/page", "/خبر", "/خبر عاجل", "/plain", "/a.pdf", "/gzip"])
def test_an_address_is_read_as_what_its_server_sends(site: str, path: str) -> None:
    found = article(site + path)
    assert found.id == site + path
    assert found.text.startswith(TEXT)


def test_an_address_of_a_feed_gives_its_items(site: str) -> None:
    assert [item.id for item in read(f"{site}/feed")] == ["g1", "https://e.example/2", f"{site}/feed-3"]


@pytest.mark.parametrize(
    "path, said",
    [
        ("/torn", "breaks off before its end"),
        ("/short", "breaks off before its end"),
        ("/bomb", "larger than the 10 MiB"),
        ("/not-gzip", "cannot be fetched: Error -3"),
        ("/slow", "takes longer than 0.5 s"),
        ("/garbage", "cannot be fetched"),
        ("/nothing", "cannot be fetched"),
        ("/loop", "302"),
        ("/file", "302"),
    ],
)
def test_a_server_that_misbehaves_is_one_failure(
    site: str, monkeypatch: pytest.MonkeyPatch, path: str, said: str
) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT", 0.5 if path == "/slow" else 20)
    message = fault(site + path)
    assert message.startswith(f"{site}{path}: ")
    assert said in message
    assert "bug" not in message
    assert "\n" not in message


@pytest.mark.parametrize("address", ["http://[::1", "https://", "http://u:secret@127.0.0.1:9/x", "http://127.0.0.1:x/"])
def test_an_address_that_no_server_has_is_one_failure(address: str) -> None:
    message = fault(address)
    assert "cannot be fetched: " in message
    assert "bug" not in message


@pytest.mark.parametrize("path, said", [("/private/page", "robots.txt"), ("/none", "404"), ("/image", "image/png")])
def test_what_cannot_or_must_not_be_read_is_told(site: str, path: str, said: str) -> None:
    assert said in fault(site + path)


def test_an_answer_over_the_limit_is_refused(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "LARGEST", 100)
    assert "larger than" in fault(f"{site}/page")


def test_a_server_that_is_not_there_is_one_failure() -> None:
    assert "cannot be fetched" in fault("http://127.0.0.1:9/page")


def test_offline_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("asked the network")

    monkeypatch.setattr(fetching.urllib.request, "urlopen", fail)
    assert "offline" in fault("https://news.example/1", offline=True)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "offline" in fault("https://news.example/1")
    assert ArticlesConfig().text_field == "text"


# ---------------------------------------------------------------- files that break a library


def nested(levels: int) -> bytes:
    """A Word document whose paragraphs lie in each other so deep that its XML parser refuses it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word_file())) as whole, zipfile.ZipFile(made, "w") as broken:
        for part in whole.infolist():
            data = whole.read(part)
            if part.filename == "word/document.xml":
                data = data.replace(b"<w:body>", b"<w:body>" + b"<w:p>" * levels + b"</w:p>" * levels)
            broken.writestr(part, data)
    return made.getvalue()


def test_a_word_document_that_breaks_its_parser_is_a_failure_and_the_next_file_is_read(write: Write) -> None:
    folder = write("in/a.docx", nested(20_000)).parent
    write("in/b.txt", TEXT)
    broken, whole = read(folder)
    assert isinstance(broken, Failure)
    assert "a.docx: not a Word document, or a damaged one: " in broken.message
    assert "XMLSyntaxError" in broken.message
    assert isinstance(whole, Article)


@pytest.mark.parametrize(
    "name, data, target",
    [
        ("a.docx", word_file(), "docx.Document"),
        ("a.pdf", b"%PDF-1.7", "pdfminer.pdfdocument.PDFDocument"),
        ("a.rss", RSS, "feedparser.parse"),
        ("a.html", f"<p>{TEXT}</p>", "trafilatura.bare_extraction"),
    ],
)
@pytest.mark.parametrize("error", [MemoryError(), RecursionError("deep"), UnicodeError("x\ny"), AssertionError("odd")])
def test_whatever_a_library_raises_is_a_failure_of_the_file(
    write: Write, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes | str, target: str, error: Exception
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(target, broken)
    message = fault(write(name, data))
    assert f"{name}: not a" in message
    assert type(error).__name__ in message
    assert "\n" not in message


def test_a_bug_in_a_reader_costs_its_file_and_is_logged(
    write: Write, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def buggy(text: str) -> tuple[str, str]:
        raise ZeroDivisionError("a bug")

    write("in/b.jsonl", json.dumps({"text": TEXT}))
    folder = write("in/a.txt", MORE).parent
    monkeypatch.setattr("mt.reading.texts.titled", buggy)
    broken, whole = read(folder)
    assert isinstance(broken, Failure)
    assert broken.message.endswith("a.txt: a bug in mt: ZeroDivisionError: a bug")
    assert isinstance(whole, Article)
    assert "ZeroDivisionError" in caplog.text
