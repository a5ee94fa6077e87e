"""Pages read by a parser: everything is there, linked and escaped, and nothing is asked of any network."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeGenerator
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import Page
from sample_report import EVIL, FULL, SEGMENTS
from test_reports_text import reports

import mt.reports.pages
from mt.config import Config
from mt.flags import KINDS
from mt.records import (
    Article,
    Attempt,
    Failure,
    Flag,
    Report,
    Segment,
    SourceDoubt,
    Summary,
    SummarySentence,
    Term,
    TranslatedSegment,
    Translation,
)
from mt.reports.doubts import CAVEAT, doubts, way_words
from mt.reports.pages import MOST_ROWS, Facts, Row, Tally, as_html, index_page
from mt.reports.pages.article import CHANGES
from mt.reports.pages.charts import Bar, histogram, rows, strip
from mt.reports.pages.confidence import Confidence
from mt.reports.pages.originals import compared
from mt.reports.pages.rendering import plain, shown
from mt.reports.pages.runs import Run, Span, find, runs
from mt.text.cleaning import STEPS
from mt.translation.repair import ladder

FACTS = Facts("news.jsonl", "", (("Settings", EVIL),))
HTML = as_html(FULL)
PAGE = Page(HTML)


def one(english: str = "Hello.", arabic: str = "مرحبا.", **known: object) -> Report:
    segment = TranslatedSegment(Segment(0, 0, len(arabic), arabic), english, **known)
    return Report(Article("x", arabic), Translation((), (segment,)), None, "mt")


def index(*results: Report | Failure, most: int = 0) -> str:
    tally = Tally()
    for number, result in enumerate(results):
        tally.add(Row.of(result, f"reports/{number}.html"))
    return index_page(tally, FACTS)


# ---------------------------------------------------------------- the whole page


def test_english_and_arabic_stand_side_by_side_sentence_by_sentence():
    english, arabic = PAGE.all("p", "en"), PAGE.all("p", "ar")
    assert len(english) == len(arabic) == len(SEGMENTS)
    assert len(PAGE.all("div", "paragraph")) == 3
    assert all((p["lang"], p["dir"]) == ("en", "ltr") for p in english)
    assert all((p["lang"], p["dir"]) == ("ar", "rtl") for p in arabic)


def test_every_segment_has_its_counterpart():
    texts = PAGE.ids()
    for key, segment in [("t0", FULL.translation.title[0]), *((str(i), s) for i, s in enumerate(SEGMENTS))]:
        pair = [a for a in PAGE.all("span", "s") if a["data-pair"] == key]
        assert [a["id"] for a in pair] == [f"s{key}", f"a{key}"]
        source = segment.source.text.replace("\u202e", "U+202E")
        assert texts[f"a{key}"].startswith(source)
        assert texts[f"s{key}"].startswith(segment.text.replace("\u202e", "U+202E") or f"Not translated {source}")


def test_every_doubt_has_a_mark_and_an_explanation():
    found = doubts(FULL)
    texts = PAGE.ids()
    assert [d.number for d in found] == list(range(1, 7))
    for doubt in found:
        [link] = [a for a in PAGE.all("a") if a.get("id") == f"mark-{doubt.number}"]
        assert (link["href"], link["aria-describedby"]) == (f"#doubt-{doubt.number}", f"tip-{doubt.number}")
        for place in (f"tip-{doubt.number}", f"doubt-{doubt.number}"):
            for reason in doubt.reasons:
                assert reason.title in texts[place]
                assert reason.explanation in texts[place]


@pytest.mark.parametrize(
    "name", [name for name in KINDS if name not in ("not-arabic", "extractive", "long", "few-points")]
)
def test_each_kind_of_flag_is_explained(name):
    page = Page(as_html(one(flags=(Flag(name, "why so"),))))
    texts = page.ids()
    for place in ("tip-1", "doubt-1"):
        assert KINDS[name].title in texts[place]
        assert KINDS[name].explanation in texts[place]
        assert "why so" in texts[place]


def test_flags_of_the_whole_are_explained():
    report = one()
    translation = replace(report.translation, flags=(Flag("not-arabic"),))
    page = Page(as_html(replace(report, translation=translation, summary=Summary((), 0, (Flag("long", "3 parts"),)))))
    told = page.words("p", "remark")
    assert told[0] == f"⚠ Not Arabic. {KINDS['not-arabic'].explanation}"
    assert told[1] == f"⚠ Long summary: 3 parts. {KINDS['long'].explanation}"


def test_summary_sentences_lead_to_what_they_rest_on():
    points = PAGE.all("li", "point")
    assert [p["data-support"] for p in points] == ["0 5", "1", "4"]
    links = [a["href"] for a in PAGE.all("a") if "data-pair-link" in a]
    assert links == ["#s0", "#s5", "#s1", "#s4"]
    assert PAGE.words("span", "receipt")[2].startswith("Copied from the article based on")
    [dropped] = PAGE.words("details", "dropped")
    assert "It will be closed in 2031." in dropped
    assert "Number not in the article: 2031" in dropped


def test_summaries_in_further_styles_are_shown_with_their_sources_and_faults():
    points = (SummarySentence("Station opened.", (0,)), SummarySentence("Cost 9.", (1,), (Flag("loop"),)))
    headline = Summary((SummarySentence("New station", (0,)),), 1, style="headline")
    main = Summary(points, 1, style="bullets", others=(headline,))
    page = Page(as_html(replace(FULL, summary=main)))
    assert page.all("ol", "bullets")
    [other] = page.words("div", "other-style")
    assert other == "Headline New station based on 1"
    swapped = Page(as_html(replace(FULL, summary=replace(headline, others=(replace(main, others=()),)))))
    assert "In points Station opened. based on 1 Cost 9. Repeats itself" in swapped.words("div", "other-style")[0]


def test_support_outside_the_article_is_no_dead_link():
    sentence = replace(FULL.summary.sentences[0], support=(99, -1, 2))
    page = Page(as_html(replace(FULL, summary=Summary((sentence,), 1))))
    assert [p["data-support"] for p in page.all("li", "point")] == ["2"]


@pytest.mark.parametrize("html", [HTML, index(FULL, Failure("x", "f", "InputError", EVIL)), as_html(one(""))])
def test_no_link_inside_a_page_is_dead(html):
    page = Page(html)
    inner = [a["href"][1:] for a in page.all("a") if a["href"].startswith("#")]
    assert inner
    assert set(inner) <= page.ids().keys()
    referred = [a[name] for _, a, _ in page.elements for name in ("aria-describedby", "aria-labelledby") if name in a]
    assert set(referred) <= page.ids().keys()


def test_slips_of_the_article_are_marked_in_the_arabic():
    assert PAGE.words("span", "slip") == ["طرابلوس"]
    text = PAGE.ids()["a5"]
    assert "Possible mistake in the article: the city is spelled otherwise everywhere" in text
    assert "طرابلس" in PAGE.ids()["doubt-5"]
    assert "translated as written" in PAGE.ids()["doubt-5"]


def test_a_slip_whose_place_is_wrong_is_told_all_the_same():
    report = one()
    slip = SourceDoubt(100, 104, "مدينة", "is spelled otherwise")
    page = Page(as_html(replace(report, translation=replace(report.translation, source_doubts=(slip,)))))
    assert page.words("span", "slip") == []
    assert "is spelled otherwise" in page.ids()["doubt-1"]


MARSA = Term("مرسى النور", "Marsa al-Nour", "Marsa al-Nour", "places", "a port")
LEFT_OUT = Attempt("", "In the port.", -0.5, (Flag("term-missing", "مرسى النور: no Marsa al-Nour"),))


@pytest.mark.parametrize(
    "known, marked",
    [
        ({}, []),
        ({"flags": (Flag("number-missing", "240"),)}, []),
        ({"way": "term-latin", "attempts": (LEFT_OUT,)}, ["Marsa al-Nour", "مرسى النور"]),
        ({"flags": (Flag("name-invented", "Marsa al-Nour"),)}, ["Marsa al-Nour", "مرسى النور"]),
    ],
)
def test_terms_are_underlined_where_they_were_corrected_or_are_doubted(known, marked):
    page = Page(as_html(one("In Marsa al-Nour.", "في مرسى النور.", terms=(MARSA,), **known)))
    assert page.words("span", "term")[:2] == marked


def test_a_term_that_stands_twice_is_marked_where_the_record_says():
    hello = Term("مرحبا", "Hello", "Hello", "places", "", 6, 7)
    page = as_html(one("Hello, Hello.", "مرحبا مرحبا.", terms=(hello,), flags=(Flag("name-invented", "Hello"),)))
    assert re.search(r'Hello, <span class="term"[^>]*>Hello</span>', page)
    assert re.search(r'مرحبا <span class="term"[^>]*>مرحبا</span>', page)
    older = as_html(
        one("Hello, Hello.", "مرحبا مرحبا.", terms=(replace(hello, start=None, found_start=None),), way="x")
    )
    assert "Hello, <span" not in older


def test_a_term_that_the_english_lacks_is_marked_in_the_arabic():
    assert PAGE.words("span", "lacking") == ["سكان"]
    [table] = PAGE.words("tbody")
    assert "مرسى النور Marsa al-Nour places a port title 1 6" in table
    assert "al-Haddad here: Al-Haddad the article itself named in full in the first sentence 2" in table


def test_the_legend_has_the_marks_of_the_page_and_no_others():
    legend = PAGE.words("details", "legend")[0]
    for told in ("a doubt", "no translation", "mistake in the article", "missing on the other side", "again"):
        assert told in legend
    assert "corrected" not in legend
    assert Page(as_html(one())).all("details", "legend") == []


def test_links_lead_to_the_index_and_the_neighbours_where_there_is_an_index():
    assert PAGE.all("nav") == []
    page = Page(as_html(one(), "../index.html"))
    assert [a["href"] for a in page.all("a") if "index" in a["href"]] == [
        "../index.html#all=", "../index.html#previous=x.html", "../index.html#next=x.html",
    ]  # fmt: skip


def test_a_reader_sees_no_log_probability():
    detail = "mean log-probability of a token -1.30, under -0.9: the model was guessing"
    page = Page(as_html(one(score=-1.3, flags=(Flag("unsure", detail),))))
    assert "confidence 27 %, below 41 %: the model was guessing" in page.ids()["doubt-1"]
    assert "probability of a token" not in page.text


def test_repairs_tell_what_was_kept_and_what_was_not():
    repair = " ".join(PAGE.ids()["repair-1"].split())
    assert "Kept: decoded again, with greedy search Al-Haddad said that the station cost 204 million dinars." in repair
    assert "Not kept: first output Haddad Haddad Haddad said. Repeats itself: Haddad" in repair
    assert "Not kept: translated in smaller pieces (nothing) Nothing returned" in repair
    assert [a["href"] for a in PAGE.all("a", "redone")] == ["#repair-1"]


def test_words_given_in_english_are_listed_with_their_sentence():
    hints = PAGE.words("dl", "hints")[0]
    assert hints == "Sentence 3 مسافر as traveller"


def test_what_the_page_tells_of_its_making():
    facts = PAGE.words("dl", "facts")[0]
    for told in (
        "stretched words shortened (قـــال → قال) (3)",
        "translate 1.2 s, summarize 12.0 s",
        "news.jsonl:4",
        "date 2026-03-01",
    ):
        assert told in facts
    assert '["سياسة", {"n": 1.5}]' in facts
    assert plain(FULL.signature).replace("[U+202E]", "U+202E") in PAGE.text


def test_scores_are_shown_as_confidence():
    notes = {a["id"]: a["data-note"] for a in PAGE.all("span", "s")}
    assert notes["s0"].startswith("Sentence 1 · confidence 89 %")
    assert "confidence" not in notes["s7"]
    assert len(PAGE.all("rect", "bar")) == len(SEGMENTS)


# ---------------------------------------------------------------- escaping


def test_text_never_becomes_markup():
    for html in (HTML, index(FULL, Failure(EVIL, "f", "InputError", EVIL))):
        page = Page(html)
        assert page.all("img") == []
        assert len(page.all("script")) == (2 if page.all("table") and page.all("form") else 1)
        assert not any(name.startswith("on") for _, a, _ in page.elements for name in a)
        assert "\u202e" not in html
        assert page.text.count("window.evil = 1") >= 2
        assert "U+202E" in page.text


def test_names_of_elements_never_come_from_text():
    allowed = r"[a-z]+|english-only|[sa]t?\d+|(doubt|tip|mark)-\d+|point\d+|repair-t?\d+"
    assert all(re.fullmatch(allowed, name) for name in PAGE.ids())


@settings(max_examples=40, deadline=None)
@given(report=reports)
def test_any_report_makes_a_sound_page(report: Report) -> None:
    Page(as_html(report))
    page = Page(index(report))
    assert len(page.data("data")["rows"]) == 1


CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet=st.sampled_from("<>&\"'`=/;-! \u202e\u2066\x00\x07\x85\ud800aب") | st.characters()))
def test_any_text_shows_as_it_is(text: str) -> None:
    page = Page(f"<span>{shown(text)}</span>")
    assert page.words("code") == [f"U+{ord(char):04X}" for char in re.findall(f"[{CONTROLS}]", text)]
    kept = re.sub(r"U\+[0-9A-F]{4}", "", page.text)
    assert kept == re.sub(rf"[{CONTROLS}]|U\+[0-9A-F]{{4}}", "", text)


@pytest.mark.parametrize("language, direction", [("ar", "rtl"), ("fa", "rtl"), ("en", "ltr"), ("x", "ltr")])
def test_the_source_has_its_own_direction(language, direction):
    report = one()
    page = Page(as_html(replace(report, translation=replace(report.translation, language=language))))
    assert [(p["lang"], p["dir"]) for p in page.all("p", "ar")] == [(language, direction)]


# ---------------------------------------------------------------- alone, and always the same


@pytest.mark.parametrize("html", [HTML, index(FULL)])
def test_a_page_needs_nothing_else_and_allows_nothing_else(html):
    page = Page(html)
    [policy] = [a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        allowed = re.findall(rf"{tag}-src '(sha256-[^']+)'", policy)
        texts = [t for t, a, t_ in page.elements if t == tag and a.get("type") != "application/json"]
        [text] = ["".join(inside) for t, a, inside in page.elements if t == tag and "type" not in a]
        assert len(texts) == 1
        assert allowed == [f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"]
    assert not [a for _, a, _ in page.elements if "src" in a or "style" in a]
    assert [a["href"] for a in page.all("link")] == ["data:,"]
    assert not re.search(r"(?i)https?:|//[a-z]+\.|@import|url\(", html)


def test_the_same_report_gives_the_same_page():
    assert as_html(replace(FULL)) == HTML
    assert index(FULL) == index(replace(FULL))


def test_an_empty_article_has_a_page():
    page = Page(as_html(Report(Article("x", ""), Translation((), ()), Summary((), 1), "mt")))
    assert "The article has no text." in page.text
    assert "The summary is empty." in page.text


def test_the_arabic_as_it_was_read_shows_what_cleaning_changed():
    report = one("The president said.", "قال الرئيس.")
    page = Page(
        as_html(replace(report, article=replace(report.article, text="قال الرئيس.", original="قـــال \u200b الرئيس.")))
    )
    assert page.words("span", "was")[0].startswith("قـــال")
    assert "became" in next(a["title"] for a in page.all("span", "was"))
    assert Page(as_html(report)).all("details", "original") == []


@given(st.text(alphabet="اب ـ\n", max_size=30), st.text(alphabet="اب \n", max_size=30))
def test_a_compared_original_stays_whole(original, cleaned):
    pieces = compared(original, cleaned)
    assert "".join(run.text for run in pieces) == original
    assert all(run.text.strip() for run in pieces if run.kind)


def test_every_step_of_cleaning_is_told_in_words():
    assert {name for name, _ in STEPS} <= CHANGES.keys()


def test_templates_are_part_of_the_package():
    names = {path.name for path in (Path(mt.reports.pages.__file__).parent / "templates").iterdir()}
    own = {f"{page}.{kind}" for page in ("article", "index") for kind in ("html", "css", "js")}
    assert names == own | {"macros.html", "common.css"}


# ---------------------------------------------------------------- the index


def test_the_index_lists_articles_with_their_counts():
    page = Page(index(Failure("bad", "f:1", "InputError", "not <Arabic>"), FULL, one("Fine.")))
    bad, full, fine = page.data("data")["rows"]
    assert bad == ["bad", "bad", "", 0, 0, 0, -1, [], "InputError: not <Arabic>", "", ""]
    words = len(FULL.article.text.split()) + len(FULL.article.title.split())
    assert full[:7] == ["A new station in Marsa al-Nour", plain(FULL.article.id), "reports/1.html", 9, words, 6, 67]
    kinds = page.data("data")["kinds"]
    assert {kinds[kind]: count for kind, count in full[7]} == {
        "Number missing": 1, "Nothing returned": 1, "Unsure": 1, "Arabic left": 1, "Possible mistake": 1,
        "Name not in the article": 1, "Some new doubt": 1,
    }  # fmt: skip
    assert fine[0] == "Fine."
    shown_rows = page.words("tr")
    assert shown_rows[1].startswith("bad Failed InputError: not <Arabic>")
    assert "Number missing" in shown_rows[2]
    assert shown_rows[3].endswith("none")
    tiles = " ".join(page.words("dl", "tiles"))
    assert "articles done 2" in tiles
    assert "failed 1" in tiles


def test_the_index_has_articles_with_summaries_before_charts_and_says_what_checks_miss():
    page = Page(index(FULL, one("Fine.")))
    text = page.text
    assert text.index("The minister opened a railway station") < text.index("Articles by length")
    assert CAVEAT in text
    assert CAVEAT in PAGE.text
    assert "Articles by length" not in Page(index(FULL)).text, "one article makes no chart"


def test_the_index_is_searched_by_the_words_of_both_languages_and_the_summary():
    words = Page(index(FULL)).data("data")["rows"][0][10].split()
    assert {"الحداد", "dinars", "euros", "A", "محطة"} <= set(words)
    assert len(words) == len(set(words))


def test_the_texts_of_an_index_are_bounded(monkeypatch):
    row = Row.of(FULL)
    monkeypatch.setattr("mt.reports.pages.index.MOST_TEXT", 2 * len(row.summary + row.words_to_search))
    page = Page(index(FULL, FULL, FULL))
    assert [bool(one[9] and one[10]) for one in page.data("data")["rows"]] == [True, True, False]
    assert "Search covers the full text of the first 2 articles" in page.text


def test_a_large_index_says_where_it_ends():
    tally = Tally()
    row = Row.of(one())
    for _ in range(MOST_ROWS + 5):
        tally.add(row)
    page = Page(index_page(tally, FACTS))
    assert len(page.data("data")["rows"]) == MOST_ROWS
    assert "has the first 50,000 of 50,005 articles" in page.text
    assert "the first 200 of 50,005 articles" in page.words("noscript")[0]
    assert len(page.all("tr")) == 201
    assert sum(tally.lengths.values()) == MOST_ROWS + 5


@pytest.mark.parametrize("score, percent", [(-0.25, 78), (1e308, 100), (-1e308, 0)])
def test_the_score_of_an_article_is_the_mean_of_its_sentences(score, percent):
    report = one(score=score)
    thrice = replace(report, translation=replace(report.translation, segments=report.translation.segments * 3))
    assert Row.of(thrice).confidence.percent == percent


def test_articles_without_title_go_by_their_beginning():
    assert Row.of(one(" ".join("abcdefghijklmnopqrs"))).title == "a b c d e f g h i j k l m n …"
    assert Row.of(one("Hello.")).title == "Hello."


# ---------------------------------------------------------------- parts


@pytest.mark.parametrize(
    "score, percent, level",
    [(0.0, 100, 4), (-0.1, 90, 4), (-0.25, 78, 3), (-0.4, 67, 2), (-0.6, 55, 1), (-1.0, 37, 0), (0.5, 100, 4)],
)
def test_confidence(score, percent, level):
    confidence = Confidence.of(score)
    assert (confidence.percent, confidence.level) == (percent, level)


@pytest.mark.parametrize("score", [None, float("nan"), float("-inf")])
def test_no_score_is_no_confidence(score):
    assert Confidence.of(score) is None


def test_spans_that_overlap_are_cut_to_the_first_given():
    spans = [Span(4, 7, "slip", ""), Span(0, 3, "term", "n"), Span(2, 5, "term", "")]
    assert runs("abcdefgh", spans) == (Run("abc", "term", "n"), Run("d"), Run("efg", "slip"), Run("h"))


@given(st.text(max_size=12), st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=4))
def test_runs_join_to_the_text(text, places):
    spans = [Span(min(a, b), min(max(a, b), len(text)), "term", "") for a, b in places if min(a, b) < len(text)]
    assert "".join(run.text for run in runs(text, spans)) == text


@pytest.mark.parametrize(
    "text, words, taken, wanted",
    [
        ("Lima and Li", "Li", [], (9, 11)),
        ("Lima", "Li", [], (0, 2)),
        ("Li and Li", "Li", [Span(0, 2, "term", "")], (7, 9)),
        ("Li", "Wang", [], None),
        ("Li", "", [], None),
    ],
)
def test_find_prefers_whole_words(text, words, taken, wanted):
    assert find(text, words, taken) == wanted


def test_charts_stay_inside_their_frames():
    boxes = strip([Bar(str(i), length, Confidence.of(-0.3), "", "") for i, length in enumerate((0, 5, 200))]).boxes
    assert all(box.x >= 0 and box.x + box.width <= 1000 and box.y >= 0 and box.y + box.height <= 44.1 for box in boxes)
    columns = histogram({"a": 1, "b": 0, "c": 1_000_000})
    assert [column.height for column in columns] == [2.0, 0.0, 90]
    assert all(column.x + column.width <= 320 for column in columns)
    assert [row.width for row in rows({"a": 8, "b": 2})] == [150, 37.5]
    assert histogram({}) == rows({}) == strip([]).boxes == ()


def test_a_term_with_its_place_in_the_title_only():
    term = Term("مرحبا", "Hello", "Hello", "article")
    report = one(terms=(term,))
    page = Page(as_html(replace(report, translation=replace(report.translation, title=report.translation.segments))))
    assert json.dumps(page.words("h1")) == '["Hello."]'


def test_every_way_of_the_ladder_is_told_in_words():
    config = Config().translate
    ways = {rung.way for rung in ladder(FakeGenerator(), config)} | {"second model"}
    assert len(ways) >= 4
    for way in ways:
        assert way_words(way) not in ("", way), way
    assert way_words("greedy+respelt") == "decoded again, with greedy search, with a name spelled as in the glossary"
    assert way_words("some-thing new") == "some thing new"
