import time

import pytest
from fakes import FakeGenerator

from mt.config import RepairConfig, TranslateConfig
from mt.errors import InputError, ModelError
from mt.records import Article, Generated
from mt.translation.translator import Translator, as_english

NEWS = "قال الوزير إن الاجتماع كان مفيدا. وأضاف أن العمل مستمر.\n\nوفي اليوم التالي غادر الوفد المدينة."

ENGLISH = {
    "قال": "The minister said that the meeting was useful.",
    "وأضاف": "He added that work goes on.",
    "وفي": "The next day the delegation left the city.",
}  # by the first word of a sentence of NEWS


def english(text: str) -> str:
    return ENGLISH[text.split()[0]]


def translator(answer=None, *, not_arabic="refuse", min_score=None, **options) -> Translator:
    fake = FakeGenerator(answer, **options) if answer else FakeGenerator(**options)
    once = RepairConfig(mode="off")  # tests/test_translation_repair.py has the rest
    return Translator(
        fake,
        TranslateConfig(
            not_arabic=not_arabic, min_score=min_score, repair=once, glossaries=(), hints=(), learn_names=False
        ),
    )


def echo(text: str) -> str:
    return f"<{text}>"


def article(text: str, title: str = "") -> Article:
    return Article("a", text, title)


def test_every_segment_is_translated_in_its_paragraph():
    [t] = translator(echo).translate([article(NEWS, "عنوان الخبر")])
    assert t.title_text == "<عنوان الخبر>"
    assert t.text == (
        "<قال الوزير إن الاجتماع كان مفيدا.> <وأضاف أن العمل مستمر.>\n<وفي اليوم التالي غادر الوفد المدينة.>"
    )
    assert [len(p) for p in t.paragraphs] == [2, 1]
    assert all(NEWS[s.source.start : s.source.end] == s.source.text for s in t.segments)
    assert [s.score for s in t.segments] == [-0.5] * 3


def test_articles_share_one_call_and_get_their_own_segments_back():
    stage = translator(echo)
    texts = [f"الخبر رقم {i} وصل. وهذه الجملة الثانية من الخبر {i}." for i in range(5)]
    translations = stage.translate([article(text) for text in texts])
    assert [t.text for t in translations] == [
        f"<الخبر رقم {i} وصل.> <وهذه الجملة الثانية من الخبر {i}.>" for i in range(5)
    ]
    assert len(stage.generator.calls) == 1


def test_what_holds_no_arabic_letter_never_reaches_the_model():
    stage = translator(echo)
    [t] = stage.translate([article("قال الوزير إن الاجتماع كان مفيدا جدا للبلدين.\n* * *\n2016\nReuters reports.\n🙂")])
    assert [s.visible for s in t.segments][1:] == ["* * *", "2016", "Reuters reports.", "🙂"]
    assert len(stage.generator.calls[0][0]) == 1


@pytest.mark.parametrize(
    "bad, flag",
    [
        (Generated("", None, 3, 0, True), "empty"),
        (Generated("A torn", -1.0, 3, 2, False), "unfinished"),
        (ModelError("the model broke"), "failed"),
    ],
)
def test_a_bad_output_marks_its_segment_and_costs_no_other(bad, flag):
    def answer(text: str):
        if "وأضاف" not in text:
            return english(text)
        if isinstance(bad, ModelError):
            raise bad
        return bad

    [t] = translator(answer).translate([article(NEWS)])
    assert [[f.name for f in s.flags] for s in t.segments] == [[], [flag], []]
    assert ENGLISH["قال"] in t.text
    assert ENGLISH["وفي"] in t.text
    if not t.segments[1].text:
        assert "[untranslated: وأضاف أن العمل مستمر.]" in t.text
    if flag == "failed":
        assert t.segments[1].flags[0].detail == "the model broke"


def test_a_segment_that_the_model_was_unsure_of_is_flagged():
    stage = translator(english, min_score=-0.4)
    [t] = stage.translate([article(NEWS)])
    assert [[f.name for f in s.flags] for s in t.segments] == [["unsure"]] * 3


def test_an_article_whose_every_segment_fails_is_an_error_and_costs_no_other():
    def answer(text: str) -> str:
        if "كسر" in text:
            raise ModelError("no")
        return echo(text)

    good, bad = translator(answer).translate([article(NEWS), article("كسر الجملة الأولى. كسر الجملة الثانية.")])
    assert good.text.count("<") == 3
    assert isinstance(bad, ModelError)
    assert str(bad) == "the model failed on all 2 segments; the first time with: no"


def test_a_sentence_over_the_limit_is_cut_and_nothing_of_it_is_lost():
    sentence = "قال الوزير إن الوفد زار المدينة، " * 30 + "ثم غادر."
    stage = translator(echo, max_input_tokens=20)
    [t] = stage.translate([article(sentence)])
    assert len(t.segments) > 5
    assert "".join("".join(s.source.text.split()) for s in t.segments) == "".join(sentence.split())
    assert max(len(text.split()) for text in stage.generator.calls[0][0]) <= 20


def test_a_megabyte_without_punctuation_is_translated_in_seconds():
    sentence = "كلمة طويلة في خبر " * 30_000
    stage = translator(echo, max_input_tokens=100)
    start = time.process_time()
    [t] = stage.translate([article(sentence.strip())])
    assert time.process_time() - start < 60
    assert sum(len(s.source.text.split()) for s in t.segments) == 120_000


@pytest.mark.parametrize(
    "text, reason",
    [
        ("The minister said that the meeting was useful for both countries.", "Latin"),
        ("وزیر گفت که این دیدار برای هر دو کشور بسیار مفید بوده است و گفتگوها ادامه خواهد یافت.", "Persian"),
        ("总理表示会谈对两国都非常有益。", "Chinese"),
        ("🙂 🙂 🙂", "no letters"),
        ("123 456", "no letters"),
    ],
)
def test_an_article_that_is_not_arabic_is_refused_with_its_reason(text, reason):
    with pytest.raises(InputError, match=r"^a: not Arabic: .*translate\.not_arabic: pass_through") as caught:
        translator().translate([article(text)])
    assert reason in str(caught.value)


def test_an_article_that_is_not_arabic_is_passed_through_when_asked():
    stage = translator(not_arabic="pass_through")
    english = "The minister said so. The U.S. delegation left.\nIt was late."
    [t] = stage.translate([article(english, "A title")])
    assert (t.title_text, t.text, t.language) == ("A title", english, "en")
    assert [f.name for f in t.flags] == ["not-arabic"]
    assert stage.generator.calls == []


def test_an_english_article_in_the_form_of_a_translation():
    t = as_english(article("One sentence. And two.\nThree."))
    assert [s.text for s in t.segments] == ["One sentence.", "And two.", "Three."]
    assert t.language == "en"


def test_slips_of_the_article_are_noted_and_translated_as_they_are():
    [t] = translator(echo).translate([article("قالت الصين ذلك. وأكدت الصين ذلك. ثم قالت الصبن العكس.")])
    assert [(d.text, d.suggestion) for d in t.source_doubts] == [("الصبن", "الصين")]
    assert "الصبن" in t.text


def test_a_name_that_the_article_introduced_is_kept_where_the_model_took_it_for_a_pronoun():
    text = (
        "التقى رئيس مجلس الدولة الصيني لي كه تشيانغ نظيره في أستانة.\n"
        "وقال لي إن التعاون يلبي حاجات البلدين.\nوقال لي أحد المسؤولين إن العمل مستمر.\n"
        "وأضاف لي أن التعاون مستمر."
    )

    def answer(source: str) -> str:
        if "كه" in source or "Keqiang" in source:
            return "Chinese Premier Li Keqiang met his counterpart in Astana."
        if "أضاف" in source:
            return "Li added that cooperation meets the needs."
        told = "An official told me that" if "أحد" in source else "He told me that"
        return f"{'Li said that' if 'Li' in source else told} cooperation meets the needs."

    stage = Translator(FakeGenerator(answer), TranslateConfig(min_score=None, hints=()))
    [t] = stage.translate([article(text)])
    assert [s.text for s in t.segments] == [
        "Chinese Premier Li Keqiang met his counterpart in Astana.",
        "Li said that cooperation meets the needs.",
        "An official told me that cooperation meets the needs.",
        "Li added that cooperation meets the needs.",
    ]
    assert [(s.way, [(term.source, term.glossary) for term in s.terms]) for s in t.segments[1:3]] == [
        ("term-latin", [("لي", "article")]), ("", []),
    ]  # fmt: skip


def test_a_sentence_of_a_test_set_stays_whole_and_is_cut_only_at_the_limit():
    done = translator(echo, max_input_tokens=4).translate_sentences(
        ["وصل الوفد. ثم غادر.", " ", "وصل الوفد اليوم، ثم غادر مساء"]
    )
    assert [[s.source.text for s in pieces] for pieces in done] == [
        ["وصل الوفد. ثم غادر."],
        [],
        ["وصل الوفد اليوم،", "ثم غادر مساء"],
    ]
    assert [s.text for s in done[2]] == ["<وصل الوفد اليوم،>", "<ثم غادر مساء>"]


@pytest.mark.parametrize(
    "output, text",
    [
        ("rumors said that he left.", "Rumors said that he left."),
        ("iPhones were sold.", "iPhones were sold."),
        ("e-mail was sent.", "e-mail was sent."),
        ("The minister left.", "The minister left."),
    ],
)
def test_a_translation_begins_with_a_capital(output, text):
    [translation] = translator(lambda text: output).translate([article("قال الوزير إن الاجتماع كان مفيدا.")])
    assert translation.segments[0].text == text
