"""Writing: nothing lost in JSON, nothing misread in Markdown, no id that leaves its folder, no torn file."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import textwrap
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from sample_report import FULL

from mt.errors import InputError, OutputError
from mt.files import writing
from mt.records import (
    Article,
    Attempt,
    Change,
    Failure,
    Flag,
    Report,
    Segment,
    Summary,
    SummarySentence,
    Term,
    Timing,
    TranslatedSegment,
    Translation,
)
from mt.reports.doubts import is_changed
from mt.reports.json import failure_as_json, report_as_json, report_from_json, value_as_json, value_from_json
from mt.reports.names import file_name
from mt.reports.pages.article import as_html
from mt.reports.text import as_markdown, as_text
from mt.reports.writing import write_report

# ---------------------------------------------------------------- a report


def segment(paragraph: int, start: int, arabic: str, english: str, **known: object) -> TranslatedSegment:
    return TranslatedSegment(Segment(paragraph, start, start + len(arabic), arabic), english, **known)


ARTICLE = Article(
    id="world/2016-11-03",
    text="التقى الرئيسان اليوم. وقعا خمس اتفاقيات.\nوغادر الوفد.",
    title="لقاء في أستانة",
    metadata=(("date", "2016-11-03"), ("tags", ["سياسة", {"n": 1.5}]), ("url", None)),
    changes=(Change("tatweel", 3),),
    place="news.jsonl:4",
)
REPORT = Report(
    ARTICLE,
    Translation(
        (segment(0, 0, "لقاء في أستانة", "Meeting in Astana", score=-0.3),),
        (
            segment(0, 0, "التقى الرئيسان اليوم.", "The presidents met today.", score=-0.25),
            segment(
                0, 22, "وقعا خمس اتفاقيات.", "They signed 6 agreements.", score=-2.125, flags=(Flag("number", "5 → 6"),)
            ),
            segment(1, 0, "وغادر الوفد.", "", flags=(Flag("no_output"),)),
        ),
        (Flag("not_all_arabic", "12 % Latin letters"),),
    ),
    Summary(
        (
            SummarySentence("The presidents met.", (0,)),
            SummarySentence("They met in Paris.", (0, 1), (Flag("unsupported-name", "Paris"),)),
        ),
        rounds=1,
    ),
    "mt 0.1.0 | translate embedded:ar-en beams 4",
    (Timing("translate", 1.25), Timing("summarize", 12.0)),
)


def with_text(english: str, arabic: str = "نص") -> Report:
    one = TranslatedSegment(Segment(0, 0, len(arabic), arabic), english)
    return Report(Article("x", arabic), Translation((), (one,)), None, "mt")


# ---------------------------------------------------------------- JSON

words = st.text(max_size=12)
finite = st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | finite | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
flags = st.lists(st.builds(Flag, words, words), max_size=2).map(tuple)
segments = st.lists(
    st.builds(
        TranslatedSegment,
        st.builds(Segment, st.integers(0, 9), st.integers(0, 999), st.integers(0, 999), words),
        words,
        st.none() | finite,
        flags,
    ),
    max_size=3,
).map(tuple)
reports = st.builds(
    Report,
    st.builds(
        Article,
        words,
        words,
        words,
        st.dictionaries(words, values, max_size=3).map(lambda d: tuple(d.items())),
        st.lists(st.builds(Change, words, st.integers(0, 9)), max_size=2).map(tuple),
        words,
    ),
    st.builds(Translation, segments, segments, flags),
    st.none()
    | st.builds(
        Summary,
        st.lists(
            st.builds(SummarySentence, words, st.lists(st.integers(0, 9), max_size=3).map(tuple), flags), max_size=2
        ).map(tuple),
        st.integers(0, 4),
        flags,
    ),
    words,
    st.lists(st.builds(Timing, words, finite), max_size=2).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(report=reports, indent=st.sampled_from([None, 2]))
@example(report=REPORT, indent=2)
def test_json_round_trip_is_exact(report: Report, indent: int | None) -> None:
    text = report_as_json(report, indent)
    text.encode("utf-8")
    assert report_from_json(text) == report
    assert indent or "\n" not in text


def test_json_is_readable_for_other_programs() -> None:
    text = report_as_json(REPORT)
    record = json.loads(text)
    assert "لقاء في أستانة" in text
    assert list(record) == ["format", "article", "translation", "summary", "signature", "timings"]
    assert record["format"] == 4
    assert record["article"]["metadata"] == {"date": "2016-11-03", "tags": ["سياسة", {"n": 1.5}], "url": None}
    assert record["translation"]["title_text"] == "Meeting in Astana"
    assert record["translation"]["text"] == REPORT.translation.text
    assert record["translation"]["segments"][1]["source"] == {
        "paragraph": 0,
        "start": 22,
        "end": 40,
        "text": "وقعا خمس اتفاقيات.",
    }
    assert record["summary"]["text"] == "The presidents met. They met in Paris."


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_lacks_become_null(odd: float) -> None:
    report = with_text("x")
    one = replace(report.translation.segments[0], score=odd)
    article = replace(report.article, metadata=(("weight", [odd]),))
    text = report_as_json(replace(report, article=article, translation=Translation((), (one,))))
    back = report_from_json(text)
    assert back.translation.segments[0].score is None
    assert back.article.metadata == (("weight", [None]),)


def test_lone_surrogates_survive_json() -> None:
    report = with_text("a\ud800b")
    report_as_json(report).encode("utf-8")
    assert report_from_json(report_as_json(report)) == report
    as_markdown(report)
    as_text(report)


@pytest.mark.parametrize("metadata", [(("a", {1, 2}),), (("a", 1), ("a", 2)), (("a", {1: 2}),), (("a", b"x"),)])
def test_metadata_that_json_cannot_hold(metadata: object) -> None:
    report = with_text("x")
    with pytest.raises(InputError, match=r"^article 'x': metadata that JSON cannot hold: "):
        report_as_json(replace(report, article=replace(report.article, metadata=metadata)))


def changed(path: list[str | int], value: object) -> str:
    """The record of REPORT with one place set, or taken out where the value is `...`."""
    record = json.loads(report_as_json(REPORT))
    at = record
    for key in path[:-1]:
        at = at[key]
    if value is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return json.dumps(record)


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("{", "not a report: Expecting"),
        ("[]", "not a report: found format None; expected 4"),
        ("{}", "not a report: found format None; expected 4"),
        (changed(["format"], 2), "not a report: found format 2; expected 4"),
        (changed(["format"], True), "not a report: found format True; expected 4"),
        (changed(["article", "text"], 5), "not a report: report.article.text: found int, expected str"),
        (changed(["article", "metadata"], []), "not a report: report.article.metadata: found list, expected an object"),
        (changed(["article"], None), "not a report: report.article: found NoneType, expected an object"),
        (changed(["signature"], ...), "not a report: report: no field 'signature'"),
        (changed(["extra"], 1), "not a report: report: unknown field 'extra'"),
        (
            changed(["translation", "segments", 0, "source", "odd"], 1),
            "not a report: report.translation.segments[0].source: unknown field 'odd'",
        ),
        (
            changed(["summary", "sentences", 0, "text"], ...),
            "not a report: report.summary.sentences[0]: no field 'text'",
        ),
        (
            changed(["translation", "segments", 1, "source", "start"], "first"),
            "not a report: report.translation.segments[1].source.start: found str, expected int",
        ),
        (
            changed(["translation", "segments"], {}),
            "not a report: report.translation.segments: found dict, expected an array",
        ),
        (changed(["summary", "rounds"], None), "not a report: report.summary.rounds: found NoneType, expected int"),
    ],
)
def test_what_is_no_report_is_named(text: str, wanted: str) -> None:
    with pytest.raises(InputError) as caught:
        report_from_json(text)
    assert str(caught.value).startswith(wanted)


def test_a_record_without_the_places_of_terms_is_read() -> None:
    term = Term("مرسى", "Marsa", "Marsa", "places", "", 3, 0)
    segment = replace(REPORT.translation.segments[0], terms=(term,))
    record = json.loads(value_as_json(Translation((), (segment,))))
    for place in ("start", "found_start"):
        del record["segments"][0]["terms"][0][place]
    [read] = value_from_json(Translation, json.dumps(record)).segments
    assert read.terms == (replace(term, start=None, found_start=None),)


def test_failure_is_one_line_of_json() -> None:
    text = failure_as_json(Failure("خبر\ud800", "a.txt", "InputError", "first\nsecond"))
    assert text.count("\n") == 0
    assert json.loads(text.encode()) == {
        "id": "خبر\ud800",
        "place": "a.txt",
        "error": "InputError",
        "message": "first\nsecond",
    }


# ---------------------------------------------------------------- Markdown

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def content(tokens: list[Token]) -> str:
    """What a reader sees of inline tokens; anything but text is shown by its type."""
    return "".join(token.content if token.type == "text" else f"<{token.type}>" for token in tokens)


def paragraphs(markdown: str, heading: str) -> list[str]:
    """The paragraphs below a heading, as a Markdown reader shows them; other blocks by their type."""
    tokens = READER.parse(markdown)
    names = [token.content if token.type == "inline" else "" for token in tokens]
    start = next(i for i, token in enumerate(tokens) if token.type == "heading_open" and names[i + 1] == heading) + 3
    found = []
    for token in tokens[start:]:
        if token.type == "heading_open":
            break
        if token.type == "inline":
            found.append(content(token.children or []))
        elif token.type not in ("paragraph_open", "paragraph_close"):
            found.append(f"<{token.type}>")
    return found


MARKUP = [
    "<script>alert(1)</script>",
    "# heading",
    "## a #",
    "*bold* **b** _i_ __i__ snake_case a__b",
    "a | b",
    "[link](javascript:alert(1)) ![image](x.png) [^1] [a]: b",
    "- item",
    "-",
    "---",
    "===",
    "+ item",
    "* item",
    "1. item",
    "2016) item",
    "> quote",
    "`code` ```",
    "~~~ ~~struck~~",
    "&lt; &amp; &#35; AT&T",
    "\\* \\",
    "    indented",
    "<!-- comment",
    "<http://example.com>",
    "</div>",
    "|a|b|\n|---|---|\n|1|2|",
    "x\n\n# y",
    "x\n===",
    "x\u2028# y",
    "\u202eabc",
]


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_text_shows_as_it_is(text: str) -> None:
    markdown = as_markdown(with_text(text, text))
    seen = " ".join(text.replace("\u2028", " ").replace("\u202e", " ").split())
    assert [" ".join(p.split()) for p in paragraphs(markdown, "Translation")] == [seen]
    arabic = paragraphs(markdown, "Arabic source")
    assert (arabic[0], arabic[-1]) == ("<html_block>", "<html_block>")
    assert " ".join(" ".join(arabic[1:-1]).split()) == seen


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(
        alphabet=st.sampled_from("#*_`~|[]()<>!&;\\-+=.:1a ب\n\t\"'/") | st.characters(codec="utf-8"), max_size=25
    )
)
def test_any_text_shows_as_it_is(text: str) -> None:
    assume(any(char.isalnum() for char in text))
    shown = paragraphs(as_markdown(with_text(text)), "Translation")
    kept = "".join(char for char in text if not char.isspace() and char.isprintable())
    assert "".join(char for char in "".join(shown) if not char.isspace() and char.isprintable()) == kept
    assert len(shown) == 1


def test_ids_titles_and_metadata_are_escaped_too() -> None:
    article = Article("<b>id", "نص", "<i>عنوان", (("<u>", "<s>"),), (), "<p>.txt")
    title = (TranslatedSegment(Segment(0, 0, 1, "ع"), "<h1> *T*"),)
    report = Report(
        article, Translation(title, ()), Summary((SummarySentence("<x>", (), (Flag("<f>", "<d>"),)),), 0), "`"
    )
    html = READER.render(as_markdown(report))
    assert "<h1>&lt;h1&gt; *T*</h1>" in html
    for tag in ("<b>", "<i>", "<u>", "<s>", "<p>.txt", "<x>", "<f>", "<d>"):
        assert tag not in html.replace("<p>\n", "")


@pytest.mark.parametrize("title", ["## a #", "a ##", "1. a", "a_b_ #c", "C#"])
def test_title_shows_as_it_is(title: str) -> None:
    report = with_text("x")
    tokens = READER.parse(as_markdown(replace(report, article=replace(report.article, title=title))))
    assert (tokens[0].tag, content(tokens[1].children or [])) == ("h1", title)


def test_signature_stands_as_it_is_whatever_it_holds() -> None:
    signature = "a ``` b <c> | ````"
    fences = [t for t in READER.parse(as_markdown(replace(REPORT, signature=signature))) if t.type == "fence"]
    assert [token.content for token in fences] == [f"{signature}\n"]


WANTED_MARKDOWN = """\
# Meeting in Astana

*4 sentences, 1 not translated; 3 marked ⚠, explained under Doubts.*

*Sentences without a mark can be wrong, too: the checks compare numbers, names and completeness, not every word.*

## Summary

The presidents met. They met in Paris. (⚠1)

## Translation

> ⚠ Not all arabic: 12 % Latin letters

The presidents met today. They signed 6 agreements. (⚠2)

**Not translated:** <bdi lang="ar">وغادر الوفد.</bdi> (⚠3)

## Doubts

1. Name not in the article: Paris
   - Summary: They met in Paris.
   - Closest sentence: The presidents met today.
2. Number: 5 → 6
   - English: They signed 6 agreements.
   - Arabic: <bdi lang="ar">وقعا خمس اتفاقيات.</bdi>
   - Confidence: 12 %
3. No output
   - Arabic: <bdi lang="ar">وغادر الوفد.</bdi>

## Arabic source

<div dir="rtl" lang="ar">

**لقاء في أستانة**

التقى الرئيسان اليوم. وقعا خمس اتفاقيات.

وغادر الوفد.

</div>

## How this was made

- Article: world/2016-11-03, read from news.jsonl:4
- date: 2016-11-03
- Cleaned before translation: tatweel (3)
- Time: translate 1.2 s, summarize 12.0 s
- Settings (reports with equal settings are comparable):

```text
mt 0.1.0 | translate embedded:ar-en beams 4
```
"""

WANTED_TEXT = """\
Meeting in Astana

4 sentences, 1 not translated; 3 marked ⚠, explained under Doubts.

Sentences without a mark can be wrong, too: the checks compare numbers, names and completeness, not every word.

SUMMARY

The presidents met. They met in Paris. (⚠1)

TRANSLATION

Note: ⚠ Not all arabic: 12 % Latin letters

The presidents met today. They signed 6 agreements. (⚠2)

[not translated: وغادر الوفد.] (⚠3)

DOUBTS

⚠1 Name not in the article: Paris
   Summary: They met in Paris.
   Closest sentence: The presidents met today.

⚠2 Number: 5 → 6
   English: They signed 6 agreements.
   Arabic: وقعا خمس اتفاقيات.

⚠3 No output
   Arabic: وغادر الوفد.
"""


def test_markdown_as_a_whole() -> None:
    assert as_markdown(REPORT) == WANTED_MARKDOWN


def test_plain_text_as_a_whole() -> None:
    assert as_text(REPORT) == WANTED_TEXT


TOLD = [
    "9 sentences, 1 not translated, 1 repaired; 6 marked ⚠, explained under Doubts.",
    "Sentence 3 is copied from the article, in place of one that it does not support.",
    "Left out, because the article does not support it: It will be closed in 2031. (Number not in the article: 2031)",
    "surrounding roads would be widened. (⚠4, ⚠5)",
    "Possible mistake in the article: the city is spelled otherwise everywhere",
    "Arabic: AR(طرابلوس)",
    "Arabic suggested: AR(طرابلس)",
    "- AR(مرسى النور) is Marsa al-Nour (glossary places): a port",
    "- AR(الحداد) is al-Haddad, here Al-Haddad (from the article itself): named in full in the first sentence",
    "- AR(سكان) is inhabitants, missing in 1 of 1 sentences (glossary towns): as in the census",
    "- Kept (decoded again, with greedy search): Al-Haddad said that the station cost 204 million dinars.",
    "   - Not kept (first output; Repeats itself: Haddad): Haddad Haddad Haddad said.",
    "   - Not kept (translated in smaller pieces; Nothing returned): nothing",
]


@pytest.mark.parametrize("render, arabic", [(as_markdown, r'<bdi lang="ar">\1</bdi>'), (as_text, r"\1")])
def test_repairs_terms_slips_and_what_was_left_out_are_told(render, arabic) -> None:
    told = render(FULL)
    for wanted in TOLD:
        assert re.sub(r"AR\((.*?)\)", arabic, wanted) in told
    assert told.lower().count("names and terms\n") == told.lower().count("repairs\n") == 1
    plain = render(with_text("x"))
    assert not re.search("(?i)terms|repair", plain)


@pytest.mark.parametrize("render", [as_markdown, as_text])
def test_what_a_reader_is_told(render) -> None:
    plain = with_text("Hello.")
    assert "1 sentence, every one translated; no doubts found." in render(plain)
    assert "doubts\n" not in render(plain).lower()
    assert "summary\n" not in render(plain).lower()
    assert "not a summary of it" in render(replace(plain, summary=Summary((SummarySentence("Hello."),), 0)))
    assert "not a summary of it" not in render(replace(plain, summary=Summary((SummarySentence("Hi."),), 1)))
    assert "The summary is empty." in render(replace(plain, summary=Summary((), 1, (Flag("no_output"),))))
    assert "⚠ No output" in render(replace(plain, summary=Summary((), 1, (Flag("no_output"),))))


@pytest.mark.parametrize("render", [as_markdown, as_text])
def test_a_segment_without_english_is_a_doubt_even_without_a_flag(render) -> None:
    told = render(with_text("", "جملة"))
    assert "1 sentence, 1 not translated; 1 marked ⚠" in told
    assert told.count("جملة") >= 2


@pytest.mark.parametrize("render", [as_markdown, as_text])
def test_heading_is_the_best_there_is(render) -> None:
    report = with_text("Hello.")
    assert render(report).startswith(("# x\n", "x\n"))
    titled = replace(report, article=replace(report.article, title="عنوان"))
    assert render(titled).startswith(("# عنوان\n", "عنوان\n"))
    failed = replace(titled, translation=Translation((TranslatedSegment(Segment(0, 0, 5, "عنوان"), ""),), ()))
    assert render(failed).startswith(
        ('# **Not translated:** <bdi lang="ar">عنوان</bdi> (⚠1)', "[not translated: عنوان] (⚠1)")
    )


def test_plain_text_cannot_command_a_terminal() -> None:
    assert "\x1b" not in as_text(replace(with_text("a\x1b[2Jb\x9bc"), article=Article("\x1b]0;x\x07", "نص")))
    assert "\x9b" not in as_text(with_text("a\x1b[2Jb\x9bc"))


@settings(max_examples=100, deadline=None)
@given(report=reports)
def test_any_report_can_be_rendered(report: Report) -> None:
    for render in (as_markdown, as_text):
        assert render(report).endswith("\n")


# ---------------------------------------------------------------- file names

NAMES = [
    ("article.ar", "article.ar"),
    ("خبر اليوم_١-2", "خبر اليوم_١-2"),
    ("a/b/c", "a%2Fb%2Fc"),
    ("a\\b", "a%5Cb"),
    ("../../etc/passwd", "%2E%2E%2F%2E%2E%2Fetc%2Fpasswd"),
    ("..", "%2E%2E"),
    (".", "%2E"),
    ("", "~0"),
    (".hidden", "%2Ehidden"),
    ("-rf", "%2Drf"),
    ("end.", "end%2E"),
    ("end ", "end%20"),
    ("a..b", "a%2E%2Eb"),
    ("a\0b\n", "a%00b%0A"),
    ("50%", "50%25"),
    ("~x", "%7Ex"),
    ("con", "%63on"),
    ("nul.txt", "%6Eul.txt"),
    ("CON", "%43ON~7"),
    ("bacon", "bacon"),
    ("console", "console"),
    ("Reuters-5", "Reuters-5~1"),
    ("aA", "aA~2"),
    ('a:b*c?"<>|', "a%3Ab%2Ac%3F%22%3C%3E%7C"),
    ("\ud800", "%ED%A0%80"),
    ("\u202ea", "%E2%80%AEa"),
]


@pytest.mark.parametrize("article_id, wanted", NAMES)
def test_file_name(article_id: str, wanted: str) -> None:
    assert file_name(article_id) == wanted


def test_long_ids_are_cut_and_told_apart() -> None:
    names = {file_name("خبر" * 100 + end) for end in "123"}
    assert len(names) == 3
    assert all(name.startswith("خبرخبر") and len(name.encode()) <= 120 for name in names)


@pytest.mark.parametrize(
    "one, other",
    [
        ("A", "a"),
        ("aB", "Ab"),
        ("a/b", "a%2Fb"),
        ("A", "a~1"),
        ("con", "%63on"),
        ("", "~0"),
        ("\u212b", "\u00c5"),
        ("e\u0301", "é"),
        ("\u0627\u0653", "آ"),
        ("\ufefb", "لا"),
        ("\u1100\u1161", "가"),
        ("K", "\u212a"),
        ("ẞ", "Ss"),
        ("ß", "ss"),
        ("ς", "σ"),
        ("ſ", "s"),
    ],
)
def test_ids_that_a_file_system_could_take_for_one(one: str, other: str) -> None:
    assert one != other
    for form in ("NFC", "NFD", "NFKC"):
        folded = [unicodedata.normalize(form, file_name(name)).casefold() for name in (one, other)]
        assert folded[0] != folded[1]


nasty = st.text(
    alphabet=st.sampled_from("aAbB1.%~/\\- _ßẞſKkiİıIςσΣéÉÅåµμ\u0301\u0300e\u0622\u0627\u0653ﻻـ\u1100\u1161가²۲")
    | st.characters(),
    max_size=8,
)


@settings(max_examples=1500, deadline=None)
@given(ids=st.lists(nasty | nasty.map(lambda s: s * 40), min_size=2, max_size=12, unique=True))
def test_different_ids_never_share_a_file(ids: list[str]) -> None:
    for form in ("NFC", "NFD", "NFKC"):
        assert len({unicodedata.normalize(form, file_name(one)).casefold() for one in ids}) == len(ids)


@settings(max_examples=500, deadline=None)
@given(one=nasty | st.sampled_from(["con", "aux", "com1"]))
@example(one="Con.x")
def test_file_names_are_safe(one: str) -> None:
    name = file_name(one)
    assert 0 < len(name.encode("utf-8")) <= 120
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert name[0] not in ".-"
    assert name[-1] not in ". "
    assert ".." not in name
    assert name.split(".")[0].lower() not in ("con", "aux", "com1")
    assert file_name(one) == name


# ---------------------------------------------------------------- files


def test_files_are_written_in_the_order_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "deep er"
    paths = write_report(REPORT, folder, ["md", "json", "txt"])
    assert [path.name for path in paths] == [f"world%2F2016-11-03.{kind}" for kind in ("md", "json", "txt")]
    assert paths[0].read_text(encoding="utf-8") == WANTED_MARKDOWN
    assert report_from_json(paths[1].read_text(encoding="utf-8")) == REPORT
    assert paths[2].read_text(encoding="utf-8") == WANTED_TEXT
    assert len(list(folder.iterdir())) == 3


def test_ids_never_lead_out_of_the_folder(tmp_path: Path) -> None:
    for article_id in ("../x", "/etc/x", "a/../../x", ".."):
        (path,) = write_report(
            Report(Article(article_id, "نص"), Translation((), ()), None, "mt"), tmp_path / "out", ["txt"]
        )
        assert path.resolve().parent == (tmp_path / "out").resolve()
        assert path.is_file()


def test_reports_have_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    (path,) = write_report(REPORT, tmp_path, ["txt"])
    assert path.stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_report_replaces_an_older_one_and_what_a_killed_run_left(tmp_path: Path) -> None:
    (tmp_path / ".world%2F2016-11-03.txt.tmp").write_text("x" * 99999)
    (tmp_path / "world%2F2016-11-03.txt").write_text("old")
    write_report(REPORT, tmp_path, ["txt"])
    assert [p.name for p in tmp_path.iterdir()] == ["world%2F2016-11-03.txt"]
    assert (tmp_path / "world%2F2016-11-03.txt").read_text(encoding="utf-8") == WANTED_TEXT


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_a_full_disk_is_told_with_the_way_out() -> None:
    path = Path("/dev/full")
    with pytest.raises(OutputError, match="No space left on device; free some space"), writing(path):
        path.write_text("x")


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "world%2F2016-11-03.txt").mkdir()
    with pytest.raises(OutputError, match=r"world%2F2016-11-03\.txt: cannot be written: Is a directory"):
        write_report(REPORT, tmp_path, ["txt"])
    assert [p.name for p in tmp_path.iterdir()] == ["world%2F2016-11-03.txt"]


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match=r"out/.*json: cannot be written: "):
        write_report(REPORT, tmp_path / "out", ["json"])


# A real limit in a real process: the system refuses to write more than 600 bytes, as a full disk would.
def test_full_disk_leaves_the_old_file_whole_and_nothing_else(tmp_path: Path) -> None:
    (path,) = write_report(with_text("old"), tmp_path, ["txt"])
    before = path.read_bytes()
    code = f"""
        import resource, sys
        from pathlib import Path
        from mt.errors import OutputError
        from mt.records import *
        from mt.reports.writing import write_report
        resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
        one = TranslatedSegment(Segment(0, 0, 1, "ن"), "new " * 100_000)
        try:
            report = Report(Article("x", "ن"), Translation((), (one,)), None, "mt")
            write_report(report, Path({str(tmp_path)!r}), ["txt"])
        except OutputError as error:
            print(error)
        """
    done = subprocess.run(
        [sys.executable, "-B", "-c", textwrap.dedent(code)], capture_output=True, check=True, encoding="utf-8"
    )
    assert done.stdout.strip() == f"{path}: cannot be written: File too large"
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_interruption_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, call, interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_report(REPORT, tmp_path, ["json"])
    assert list(tmp_path.iterdir()) == []


def test_text_reaches_the_disk_before_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    fsync, rename = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: (calls.append("fsync"), fsync(descriptor)))
    monkeypatch.setattr(os, "replace", lambda *paths: (calls.append("replace"), rename(*paths)))
    write_report(REPORT, tmp_path, ["json"])
    assert calls == ["fsync", "replace"]


@pytest.mark.parametrize(
    "text, way, attempts, changed",
    [
        ("One.", "", (), False),
        ("One.", "", (Attempt("beam", "Two.", None, ()),), False),
        ("Two.", "beam", (Attempt("", "One.", None, ()),), True),
        ("One.", "beam", (Attempt("", "One.", None, ()),), False),
        ("Two.", "beam", (Attempt("", "", None, ()),), True),
        ("", "beam", (Attempt("", "One.", None, ()),), False),
    ],
)
def test_repaired_are_the_sentences_whose_text_changed(text, way, attempts, changed) -> None:
    assert is_changed(TranslatedSegment(Segment(0, 0, 3, "نص."), text, way=way, attempts=attempts)) == changed


@pytest.mark.parametrize("render", [as_markdown, as_text])
def test_the_other_styles_of_a_summary_stand_below_it(render):
    points = Summary((SummarySentence("Prices rose."), SummarySentence("Farmers asked.")), 1, style="bullets")
    headline = Summary((SummarySentence("Prices rise", flags=(Flag("doubtful-source", "sentence 1"),)),), 1)
    headline = replace(headline, style="headline")
    report = replace(FULL, summary=Summary((SummarySentence("All of it."),), 1))
    both = replace(report, summary=replace(report.summary, others=(points, headline)))
    assert report_from_json(report_as_json(both)).summary == both.summary
    written = render(both)
    assert "- Prices rose.\n- Farmers asked." in written
    assert written.index("In points:") < written.index("Headline:") < written.index("Prices rise (⚠ ")
    assert "- Farmers" not in render(report)


def test_a_short_article_that_is_its_own_summary_replaces_no_sentence():
    assert FULL.summary is not None
    own = tuple(SummarySentence(text, (0,), origin="article") for text in ("One.", "Two."))
    short = replace(FULL, summary=Summary(own, rounds=0))
    for said in (as_text(short), as_markdown(short), as_html(short)):
        assert "this is its text, not a summary of it" in said
        assert "opied from the article" not in said
    assert "opied from the article" in as_html(replace(FULL, summary=Summary(own, rounds=1)))
