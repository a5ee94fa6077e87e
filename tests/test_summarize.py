from dataclasses import replace

import pytest
from fakes import FakeGenerator

from mt.checks import FAILED
from mt.config import Decoding, ModelConfig, Prompt, SummarizeConfig, SummaryLength
from mt.errors import ModelError
from mt.records import Article, Flag, Generated, Translation
from mt.summarize import Summarizer
from mt.translate import as_english

PROMPT = Prompt(
    system="You are an editor. Be brief.",
    user="Summarize this article:\n\n{text}\n\nSummarize this article in {target_words} words:",
)


def config(**options) -> SummarizeConfig:
    values = {
        "model": ModelConfig(source="a/b", kind="chat", prompt=PROMPT),
        "decoding": Decoding(min_new_tokens=20, max_new_tokens=60),
        "length": SummaryLength(target_words=20, max_share=0.5, bypass_words=12),
    }
    return SummarizeConfig(**(values | options))


def english(sentences: int) -> Translation:
    text = " ".join(f"Sentence number {i} tells the reader something of its own." for i in range(sentences))
    return as_english(Article("a", text))


def summarize(answer, sentences: int = 8, **options):
    fake = FakeGenerator(answer, max_input_tokens=options.pop("max_input_tokens", 200))
    [summary] = Summarizer(fake, config(**options)).summarize([english(sentences)])
    return summary, fake


def test_a_text_that_fits_is_summarized_in_one_round():
    summary, fake = summarize(lambda text: "Sentence number 3 tells something.")
    assert (summary.text, summary.rounds, summary.flags) == ("Sentence number 3 tells something.", 1, ())
    assert summary.sentences[0].support[0] == 3
    assert len(fake.calls) == 1


def test_a_short_text_is_its_own_summary_and_never_reaches_the_model():
    summary, fake = summarize(lambda text: "No.", sentences=1)
    assert summary.text == "Sentence number 0 tells the reader something of its own."
    assert (summary.rounds, fake.calls) == (0, [])


def test_a_long_text_is_packed_in_whole_sentences_and_summarized_in_rounds():
    def first_sentence(text: str) -> str:
        return text.split(". ")[0].rstrip(".") + "."

    summary, fake = summarize(first_sentence, sentences=60, max_input_tokens=120)
    texts, _ = fake.calls[0]
    assert " ".join(texts) == english(60).text, "every sentence reaches the model, whole and in order"
    assert len(texts) == 6
    sizes = [len(text.split()) for text in texts]
    assert max(sizes) <= 120
    assert min(sizes) > 0.7 * max(sizes)
    assert summary.rounds == 2
    assert summary.text == "Sentence number 0 tells the reader something of its own."


def test_when_the_rounds_are_used_up_the_parts_summaries_stand_and_are_flagged():
    summary, _ = summarize(lambda text: text.split(". ")[0] + ".", sentences=60, max_input_tokens=120, max_rounds=1)
    assert len(summary.sentences) == 6
    assert [flag.name for flag in summary.flags] == ["long"]


def test_a_sentence_over_the_models_limit_is_cut_not_lost():
    fake = FakeGenerator(lambda text: "Short enough.", max_input_tokens=30)
    words = " ".join(f"word{i}" for i in range(100))
    Summarizer(fake, config()).summarize([as_english(Article("a", f"{words}."))])
    assert " ".join(fake.calls[0][0]) == f"{words}."


@pytest.mark.parametrize("words", [13, 20, 40, 100, 1000])
def test_length_bounds_fit_the_text(words):
    fake = FakeGenerator(lambda text: "Done.", max_input_tokens=2000)
    Summarizer(fake, config()).summarize([as_english(Article("a", " ".join(["word"] * words) + "."))])
    [(_, decoding)] = fake.calls
    assert 0 <= decoding.min_new_tokens < decoding.max_new_tokens <= 60
    assert decoding.max_new_tokens <= max(16, words)


def test_texts_with_the_same_bounds_share_a_call():
    fake = FakeGenerator(lambda text: "Done.", max_input_tokens=2000)
    Summarizer(fake, config()).summarize([english(n) for n in (20, 21, 22, 3, 23)])
    assert sorted(len(texts) for texts, _ in fake.calls) == [1, 4]


@pytest.mark.parametrize(
    "raw, wanted",
    [
        ("Sure! Here is a summary of the article: Sentence one. Sentence two.", "Sentence one. Sentence two."),
        ("Here's a 20-word summary:\n\nSentence one.", "Sentence one."),
        ("Summary: Sentence one.", "Sentence one."),
        ("**Summary:** Sentence one.", "Sentence one."),
        ("- Sentence one.\n- Sentence two.", "Sentence one. Sentence two."),
        ("1. Sentence one.\n2) Sentence two.", "Sentence one. Sentence two."),
        ("# Sentence one.", "Sentence one."),
        ("Sentence one.<n>Sentence two.", "Sentence one. Sentence two."),
        ("Sentence one. Sentence ONE! Sentence two.", "Sentence one. Sentence two."),
        ("You are an editor. Sentence one. Be brief.", "Sentence one."),
        ("Summarize this article: Sentence one.", "Sentence one."),
        ("You are an editor; be brief: Summarize this article in 20 words:\n\nSentence one.", "Sentence one."),
        ("Sentence one. No stop at the end", "Sentence one. No stop at the end."),
        ('He said "Sentence one."', 'He said "Sentence one."'),
        ("2016 was a good year.", "2016 was a good year."),
        ("Here is the sentence.", "Here is the sentence."),
    ],
)
def test_outputs_are_tidied(raw, wanted):
    assert summarize(lambda text: raw)[0].text == wanted


@pytest.mark.parametrize(
    "raw, wanted, flags",
    [
        ("Sentence one. Sentence two is to", "Sentence one.", []),
        ("Sentence one. Sentence two.", "Sentence one. Sentence two.", []),
        ("Sentence one is to", "Sentence one is to …", ["unfinished"]),
    ],
)
def test_an_output_that_was_stopped_ends_on_a_sentence(raw, wanted, flags):
    summary, _ = summarize(lambda text: Generated(raw, -0.1, 9, 9, finished=False))
    assert (summary.text, [flag.name for flag in summary.flags]) == (wanted, flags)


def test_an_output_far_over_its_target_is_shortened_by_whole_sentences():
    summary, _ = summarize(lambda text: " ".join(f"This is sentence number {i} of it." for i in range(9)))
    assert 14 < len(summary.text.split()) <= 30
    assert summary.text.endswith("of it.")


@pytest.mark.parametrize("raw", ["", "  ", "Be brief.", "…"])
def test_where_nothing_usable_comes_the_first_sentences_stand_in_and_say_so(raw):
    summary, _ = summarize(lambda text: raw)
    assert summary.text.startswith("Sentence number 0")
    assert [flag.name for flag in summary.flags] == ["extractive"]


def test_a_model_that_fails_costs_only_its_text():
    def answer(text: str) -> str:
        if "number 11" in text:
            raise ModelError("out of luck")
        return "Fine."

    fake = FakeGenerator(answer, max_input_tokens=200)
    good, bad = Summarizer(fake, config()).summarize([english(10), english(12)])
    assert (good.text, good.flags) == ("Fine.", ())
    assert bad.flags == (Flag("extractive", "the model failed: out of luck"),)
    assert bad.text.startswith("Sentence number 0")


def test_names_and_numbers_without_support_are_flagged():
    summary, _ = summarize(lambda text: "Sentence number 3 tells. Premier Wang paid 77 dollars.")
    assert summary.sentences[0].flags == ()
    assert [flag.name for flag in summary.sentences[1].flags] == ["unsupported-number", "unsupported-name"]


def test_failed_segments_are_left_out_and_never_shown_to_the_model():
    translation = english(8)
    broken = replace(translation.segments[2], text="", flags=(Flag(FAILED, "x"),))
    translation = replace(translation, segments=(*translation.segments[:2], broken, *translation.segments[3:]))
    fake = FakeGenerator(lambda text: "Fine.", max_input_tokens=200)
    Summarizer(fake, config()).summarize([translation])
    assert "number 2" not in fake.calls[0][0][0]
    assert "untranslated" not in fake.calls[0][0][0]


def test_a_third_language_has_no_summary():
    fake = FakeGenerator()
    assert Summarizer(fake, config()).summarize([replace(english(9), language="zh"), english(9)])[0] is None
