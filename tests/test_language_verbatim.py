import doctest

import pytest
from timing import assert_linear

from mt.language import verbatim as module
from mt.language.verbatim import verbatim


@pytest.mark.parametrize(
    "text, kind, written",
    [
        ("الموقع https://news.example.org/a?b=1&c=%D8 متاح.", "url", "https://news.example.org/a?b=1&c=%D8"),
        ("زوروا www.wam.ae.", "url", "www.wam.ae"),
        ("الخادم ftp://files.example/x،", "url", "ftp://files.example/x"),
        ("راسلوا press-office@un.org.", "email", "press-office@un.org"),
        ("نشر @Reuters_AR خبرا", "handle", "@Reuters_AR"),
        ("وسم #COP28 تصدر", "tag", "#COP28"),
        ("عبر spa.gov.sa أمس", "domain", "spa.gov.sa"),
        ("الرابط t.co/aB3 هنا", "domain", "t.co/aB3"),
        ("الملف report-2024.final.pdf جاهز", "file", "report-2024.final.pdf"),
        ("نفذ الأمر `pip install x` أولا", "code", "pip install x"),
        ("في المجلد /etc/ssl/certs مفتاح", "path", "/etc/ssl/certs"),
        ("قال: «Wir schaffen das» أمس", "quote", "Wir schaffen das"),
        ("منظمة (Human Rights Watch) قالت", "quote", "Human Rights Watch"),
    ],
)
def test_each_kind_is_found_as_it_is_written(text: str, kind: str, written: str) -> None:
    [found] = verbatim(text)
    assert (found.kind, found.written.strip("`")) == (kind, written)
    assert text[found.start : found.end] == found.written


@pytest.mark.parametrize(
    "text",
    [
        "قال الوزير أمس إن 3.5 في المئة.",
        "وكالة (Reuters) ذكرت",
        'شركة "Apple" الأميركية',
        "سعر 12.com؟ لا",
        "البند #5 والفقرة 7/8",
        "U.S. و A.E.",
        "بين 10/12/2024 و12/12/2024",
        "@ وحدها # أيضا",
    ],
)
def test_words_and_numbers_are_left_to_the_translation(text: str) -> None:
    assert [s for s in verbatim(text) if s.kind != "domain" or "12.com" not in s.written] == []


def test_time_is_linear_in_the_text() -> None:
    for piece in ("a", "a.", "@a", "a@", "/a", '"a ', "#a", "`a", "a-", "http://"):
        assert_linear(lambda count, piece=piece: list(verbatim(piece * count)), 5_000)


def test_doctests() -> None:
    assert doctest.testmod(module).failed == 0
