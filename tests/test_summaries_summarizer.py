from dataclasses import replace

import pytest
from fakes import FakeGenerator

from mt.checks import FAILED
from mt.config import ConsistencyConfig, Decoding, ModelConfig, Prompt, SummarizeConfig, SummaryLength
from mt.engines import BATCH_INVARIANT
from mt.errors import ConfigError, ModelError
from mt.records import Article, Flag, Generated, Translation
from mt.summaries.summarizer import Summarizer, ways
from mt.translation.translator import as_english

PROMPT = Prompt(
    system="You are an editor. Be brief.",
    user="Summarize this article:\n\n{text}\n\nSummarize this article in {target_words} words:",
)


def config(**options) -> SummarizeConfig:
    values = {
        "model": ModelConfig(source="a/b"),
        "decoding": Decoding(min_new_tokens=20, max_new_tokens=60),
        "length": SummaryLength(words=20, max_share=0.5, bypass_words=12),
    }
    return SummarizeConfig(**(values | options))


CHAT = ModelConfig(source="a/b", kind="chat", prompt=PROMPT)


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
    assert decoding.max_new_tokens <= max(32, words)


def test_texts_with_the_same_bounds_share_a_call():
    fake = FakeGenerator(lambda text: "Done.", max_input_tokens=2000)
    length = SummaryLength(words=40, max_share=0.5, bypass_words=12)
    Summarizer(fake, config(length=length)).summarize([english(n) for n in (20, 21, 22, 2, 23)])
    assert sorted(len(texts) for texts, _ in fake.calls) == [1, 4]


def test_articles_are_grouped_by_what_shares_a_batch_of_the_model():
    fake = FakeGenerator(lambda text: "Done.", max_input_tokens=60, description=f"fake {BATCH_INVARIANT}")
    fake.together = lambda texts: [tuple(i for i, t in enumerate(texts) if len(t) % 2 == odd) for odd in (1, 0)]
    arabic = replace(english(4), language="ku")
    articles = [english(n) for n in (3, 1, 4, 30, 5)]
    groups = Summarizer(fake, config()).groups([*articles, arabic])
    assert sorted(i for group in groups for i in group) == [0, 1, 2, 3, 4, 5]
    assert {(1,), (5,)} <= set(groups), "what the model is not asked for stands alone"
    assert groups == sorted(groups)
    assert any(len(group) > 1 for group in groups)
    fake.description = "fake"
    assert Summarizer(fake, config()).groups(articles) == [(0, 1, 2, 3, 4)]
    assert Summarizer(fake, config()).groups([]) == []


@pytest.mark.parametrize(
    "raw, wanted",
    [
        ("Sure! Here is a summary of the article: Sentence one. Sentence two.", "Sentence one. Sentence two."),
        ("The news is: Sentence one. Sentence two.", "Sentence one. Sentence two."),
        ("The main facts are:\nSentence one. Sentence two.", "Sentence one. Sentence two."),
        ("Here's a 20-word summary:\n\nSentence one.", "Sentence one."),
        ("Summary: Sentence one.", "Sentence one."),
        ("**Summary:** Sentence one.", "Sentence one."),
        ("- Sentence one.\n- Sentence two.", "Sentence one. Sentence two."),
        ("1. Sentence one.\n2) Sentence two.", "Sentence one. Sentence two."),
        ("# Sentence one.", "Sentence one."),
        ("Sentence one.<n>Sentence two.", "Sentence one. Sentence two."),
        ("Sentence one. Sentence ONE! Sentence two.", "Sentence one. Sentence two."),
        ("Sentence one. No stop at the end", "Sentence one. No stop at the end."),
        ('He said "Sentence one."', 'He said "Sentence one."'),
        ("2016 was a good year.", "2016 was a good year."),
        ("Here is the sentence.", "Here is the sentence."),
    ],
)
def test_outputs_are_tidied(raw, wanted):
    assert summarize(lambda text: raw, unsupported="flag")[0].text == wanted


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


@pytest.mark.parametrize("raw", ["", "  ", "…"])
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


FAULTY = "Sentence number 3 tells. Premier Wang paid 77 dollars, as sentence number 5 tells the reader."


@pytest.mark.parametrize(
    "unsupported, wanted, dropped",
    [
        ("flag", [("Sentence number 3 tells.", "model", 0), (FAULTY[25:], "model", 2)], []),
        ("drop", [("Sentence number 3 tells.", "model", 0)], [FAULTY[25:]]),
        (
            "replace",
            [
                ("Sentence number 3 tells.", "model", 0),
                ("Sentence number 5 tells the reader something of its own.", "article", 0),
            ],
            [FAULTY[25:]],
        ),
    ],
)
def test_what_becomes_of_names_and_numbers_without_support(unsupported, wanted, dropped):
    summary, _ = summarize(lambda text: FAULTY, unsupported=unsupported)
    assert [(s.text, s.origin, len(s.flags)) for s in summary.sentences] == wanted
    assert [s.text for s in summary.dropped] == dropped
    names = {flag.name for s in (*summary.sentences, *summary.dropped) for flag in s.flags}
    assert names == {"unsupported-number", "unsupported-name"}


def test_a_stand_in_names_its_own_segment():
    summary, _ = summarize(lambda text: FAULTY, unsupported="replace")
    assert summary.sentences[1].support == (5,)


def test_a_stand_in_comes_only_where_it_fits_and_says_something_new():
    long = "Sentence number 3 tells the reader something of its own. Premier Wang tells the reader of number 3."
    summary, _ = summarize(lambda text: long, unsupported="replace")
    assert summary.text == "Sentence number 3 tells the reader something of its own.", "its segment is said already"
    rest = "that they had always wanted to hear from him before the long winter of that year came over the hill and sea"
    text = " ".join(f"Sentence number {i} tells the reader {rest}." for i in range(8))
    fake = FakeGenerator(lambda text: FAULTY, max_input_tokens=400)
    [summary] = Summarizer(fake, config()).summarize([as_english(Article("a", text))])
    assert summary.text == "Sentence number 3 tells.", "30 words may be used, 4 are, and the segment has 27 more"


def test_a_segment_that_came_out_badly_stands_in_for_nothing():
    translation = english(8)
    looping = replace(translation.segments[5], flags=(Flag("loop", "x"),))
    translation = replace(translation, segments=(*translation.segments[:5], looping, *translation.segments[6:]))
    [summary] = Summarizer(FakeGenerator(lambda text: FAULTY, max_input_tokens=200), config()).summarize([translation])
    assert "number 5" not in summary.text


@pytest.mark.parametrize("unsupported", ["drop", "replace"])
def test_a_summary_never_becomes_empty(unsupported):
    summary, _ = summarize(lambda text: "Premier Wang paid 77 dollars.", unsupported=unsupported)
    assert summary.text.startswith("Sentence number 0")
    assert {s.origin for s in summary.sentences} == {"article"}
    assert [flag.name for flag in summary.flags] == ["extractive"]
    assert [s.text for s in summary.dropped] == ["Premier Wang paid 77 dollars."]


class Candidates:
    """Answers the same text with one output after another, and counts."""

    def __init__(self, *outputs: str) -> None:
        self.outputs = outputs
        self.times: dict[str, int] = {}

    def __call__(self, text: str) -> str:
        self.times[text] = self.times.get(text, 0) + 1
        return self.outputs[min(self.times[text], len(self.outputs)) - 1]


GOOD = "Sentence number 3 tells something."
BAD = "Sentence number 99 tells something."


@pytest.mark.parametrize(
    "outputs, most, calls, wanted",
    [
        ([GOOD, BAD], 4, 1, GOOD),
        ([BAD, GOOD, BAD], 4, 2, GOOD),
        ([BAD, BAD, GOOD], 2, 2, BAD),
        ([BAD, BAD, GOOD], 1, 1, BAD),
        ([f"{GOOD} {BAD}", BAD, BAD], 3, 3, f"{GOOD} {BAD}"),
        ([BAD, ""], 2, 2, BAD),
        (["", GOOD], 2, 2, GOOD),
        (["", ""], 2, 2, None),
    ],
)
def test_other_outputs_are_made_only_while_the_best_has_a_fault(outputs, most, calls, wanted):
    answers = Candidates(*outputs)
    summary, fake = summarize(answers, candidates=most, unsupported="flag")
    assert len(fake.calls) == calls
    assert len({decoding for _, decoding in fake.calls}) == calls, "each is searched for otherwise"
    if wanted:
        assert summary.text == wanted


def test_words_over_the_target_length_do_not_outweigh_a_fault():
    clean = " ".join(f"Sentence number {i} tells the reader something of its own." for i in (1, 2))
    first = f"{clean} Premier Wang spoke."
    longer = f"{clean} Sentence number 3 tells something more. Premier Wang spoke today."
    assert (len(clean.split()), config().length.words) == (20, 20)
    summary, fake = summarize(Candidates(first, longer), candidates=2, unsupported="flag")
    assert (summary.text, len(fake.calls)) == (first, 2)


def test_only_the_texts_at_fault_are_generated_again_and_all_together():
    answers = Candidates(GOOD)
    fake = FakeGenerator(lambda text: BAD if "number 9 " in text else answers(text), max_input_tokens=400)
    Summarizer(fake, config(candidates=2)).summarize([english(n) for n in (8, 20, 9, 21)])
    assert [len(texts) for texts, _ in fake.calls] == [4, 2]


@pytest.mark.parametrize("engine", ["transformers", "ctranslate2"])
@pytest.mark.parametrize("beams", [1, 2, 4])
def test_there_are_as_many_ways_as_candidates_and_no_two_alike(engine, beams):
    model = ModelConfig(source="a/b", engine=engine)
    made = ways(SummarizeConfig(model=model, decoding=Decoding(num_beams=beams), candidates=8))
    assert len(set(made)) == len(made) == 8
    assert made[0] == Decoding(num_beams=beams)
    assert any(way.do_sample for way in made) == (engine == "transformers")
    for way in made:
        Decoding(**way.model_dump())  # as valid as one that a user writes


def test_what_a_part_makes_up_does_not_reach_the_next_round():
    def answer(text: str) -> str:
        return "Premier Wang spoke. Sentence number 3 tells." if "number 4 " in text else text.split(". ")[0] + "."

    summary, fake = summarize(answer, sentences=60, max_input_tokens=120, candidates=1, unsupported="drop")
    assert "Wang" not in " ".join(text for texts, _ in fake.calls[1:] for text in texts)
    assert [s.text for s in summary.dropped] == ["Premier Wang spoke."], "of the first of two rounds"
    assert summary.rounds == 2


class Doubter:
    """A consistency model that believes nothing that holds a word."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.calls: list[tuple[list[str], list[str]]] = []

    def score(self, premises, hypotheses):
        self.calls.append((list(premises), list(hypotheses)))
        return [0.2 if self.word in hypothesis else 0.9 for hypothesis in hypotheses]


def test_a_consistency_model_sees_the_support_and_its_neighbours_and_its_doubts_count():
    model = ModelConfig(source="a/b", kind="classifier")
    options = config(consistency=ConsistencyConfig(model=model, min_score=0.5), candidates=1, unsupported="drop")
    doubter = Doubter("5")
    fake = FakeGenerator(lambda text: "Sentence number 3 tells. Sentence number 5 tells.", max_input_tokens=400)
    first, second = Summarizer(fake, options, doubter).summarize([english(8), english(9)])
    assert first.text == second.text == "Sentence number 3 tells."
    assert [flag.name for flag in first.dropped[0].flags] == ["inconsistent"]
    [(premises, hypotheses)] = doubter.calls
    assert len(hypotheses) == 4, "the sentences of all articles at once"
    assert [f"number {i} " in premises[0] for i in range(6)] == [False, False, True, True, True, False]


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


def chat(answer, translation, **options):
    fake = FakeGenerator(answer, max_input_tokens=options.pop("max_input_tokens", 400))
    [summary] = Summarizer(fake, config(model=CHAT, **options)).summarize([translation])
    return summary, fake


def test_a_chat_model_gets_the_title_and_the_text_in_the_prompt():
    translation = as_english(Article("a", english(8).text, "A title of its own"))
    _, fake = chat(lambda text: GOOD, translation)
    [(message,), _] = fake.calls[0]
    assert message.startswith("Summarize this article:\n\nA title of its own\n\nSentence number 0")
    assert message.endswith("Summarize this article in 20 words:")


def test_only_the_sentence_at_fault_is_written_again_from_what_it_rests_on():
    def answer(text: str) -> str:
        if text.endswith("words:"):
            return f"{GOOD} Sentence number 77 tells the reader something of number 5."
        return "Sentence number 5 tells the reader something."

    summary, fake = chat(answer, english(8))
    assert summary.text == f"{GOOD} Sentence number 5 tells the reader something."
    assert {s.origin for s in summary.sentences} == {"model"}
    assert len(fake.calls) == 2
    [(message,), _] = fake.calls[1]
    assert "number 5" in message
    assert "number 0" not in message


def test_who_did_it_is_written_again_from_one_sentence():
    text = (
        "Singer Hillary Scott had to vacate her tour bus when it caught fire near Dallas on Friday night. "
        "Reporter Britt McHenry does not seem to understand how to behave on camera in a tour bus. "
        "Nobody was hurt in the accident, the fire department of the city said in a statement on Saturday."
    )

    def answer(text: str) -> str:
        if text.endswith("words:"):
            return "Britt McHenry had to vacate her tour bus when it caught fire near Dallas."
        return "Hillary Scott left her tour bus because of a fire near Dallas."

    summary, fake = chat(answer, as_english(Article("a", text)))
    assert summary.text == "Hillary Scott left her tour bus because of a fire near Dallas."
    [(message,), _] = fake.calls[1]
    assert "Hillary Scott" in message
    assert "McHenry" not in message


def test_a_sentence_written_again_that_stopped_at_the_limit_is_not_taken():
    def answer(text: str) -> Generated:
        if text.endswith("words:"):
            return Generated(
                f"{GOOD} Sentence number 77 tells the reader something of number 5.", -1, 9, 9, finished=True
            )
        return Generated("Sentence number 5 tells the reader something of the", -1, 9, 9, finished=False)

    summary, _ = chat(answer, english(8))
    assert "…" not in summary.text
    assert [s.origin for s in summary.sentences] == ["model", "article"]


def test_a_sentence_that_stays_at_fault_is_replaced_by_the_articles_own():
    summary, _ = chat(lambda text: "Sentence number 77 tells the reader something of number 5.", english(8))
    assert [s.origin for s in summary.sentences] == ["article"]
    assert len(summary.dropped) == 1


def test_every_style_is_asked_for_and_the_first_leads():
    def answer(text: str) -> str:
        if "headline" in text:
            return "Sentence Number 3 Tells All"
        return "- Sentence number 1 tells the reader.\n- A thing of its own." if "List" in text else GOOD

    summary, _ = chat(answer, english(8), style=("bullets", "headline", "paragraph"))
    assert summary.text == "- Sentence number 1 tells the reader.\n- A thing of its own."
    assert [(o.style, o.text) for o in summary.others] == [
        ("headline", "Sentence Number 3 Tells All"),
        ("paragraph", GOOD),
    ]
    assert summary.others[0].others == ()


@pytest.mark.parametrize("wanted, said", [(3, ["2 of 3"]), (2, []), (None, [])])
def test_fewer_points_than_were_asked_for_are_told(wanted, said):
    answer = "- Sentence number 1 tells the reader.\n- Number 2 tells something of its own."
    length = SummaryLength(words=20, max_share=0.5, bypass_words=12, bullets=wanted)
    summary, _ = chat(lambda text: answer, english(8), style="bullets", length=length)
    assert [flag.detail for flag in summary.flags if flag.name == "few-points"] == said


def test_a_headline_at_fault_gives_way_to_the_title():
    translation = as_english(Article("a", english(8).text, "Sentences tell their readers"))
    summary, _ = chat(lambda text: "Premier Wang Pays 77 Dollars", translation, style="headline")
    assert (summary.text, summary.sentences[0].origin) == ("Sentences tell their readers", "article")


def test_a_model_sentence_of_an_earlier_round_is_never_called_the_articles_own():
    def answer(text: str) -> str:
        first = "Sentence number 3 tells." if "number 30 " not in text else "Sentence number 30 tells."
        return first if "something of its own" in text else ""  # nothing in the second round

    fake = FakeGenerator(answer, max_input_tokens=300)
    [summary] = Summarizer(fake, config()).summarize([english(60)])
    assert summary.rounds == 2
    assert "extractive" in [flag.name for flag in summary.flags]
    assert {s.origin for s in summary.sentences} == {"model"}


def doubtful(translation: Translation, index: int, flag: Flag) -> Translation:
    segments = list(translation.segments)
    segments[index] = replace(segments[index], flags=(flag,))
    return replace(translation, segments=tuple(segments))


def test_a_doubtful_sentence_is_marked_in_the_summary_and_not_for_the_model():
    """A model that was shown marks copied the text sentence by sentence, marks included."""
    translation = doubtful(english(8), 3, Flag("number-invented", "3 in the English only"))
    summary, fake = chat(lambda text: GOOD, translation)
    [unmarked] = chat(lambda text: GOOD, english(8))[1].calls
    assert fake.calls[0] == unmarked
    assert summary.text == GOOD
    assert [(flag.name, flag.detail) for flag in summary.sentences[0].flags] == [
        ("doubtful-source", "sentence 4: number invented")
    ]
    assert summary.sentences[0].origin == "model", "a doubt of the translation is no fault of the summary"


@pytest.mark.parametrize(
    "flag, follows",
    [
        (Flag("unsure", "mean log-probability"), True),
        (Flag("cut-off", "the source ends with a stop"), True),
        (Flag("number-missing", "12 in the source only"), True),
        (Flag("name-invented", "Reader, Tells in the English only"), True),
        (Flag("name-invented", "Basra in the English only"), False),
        (Flag("name-missing", "الخميس, الجمعه in the source only"), False),
        (Flag("name-missing", "الصين in the source only"), True),
        (Flag("punctuation", "a question on one side only"), False),
    ],
)
def test_only_a_doubt_that_touches_what_a_summary_says_follows_into_it(flag, follows):
    summary, _ = chat(lambda text: "Sentence number 3 tells the reader something.", doubtful(english(8), 3, flag))
    assert ["doubtful-source"] * follows == [found.name for found in summary.sentences[0].flags]


def test_what_is_missing_from_a_sentence_is_no_doubt_of_a_summary_that_says_a_part_of_it():
    flag = Flag("omission", "little or nothing in the English for «وقال الوزير»")
    translation = doubtful(as_english(Article("a", LONG)), 0, flag)
    assert not chat(lambda text: "The minister opened the fair.", translation)[0].sentences[0].flags


LONG = (
    "The minister opened the fair in Basra and promised roads, schools, hospitals, bridges and water for all villages."
)


def test_what_speaks_of_the_article_is_written_again():
    def answer(text: str) -> str:
        return "The article discusses sentence number 3." if text.endswith("words:") else GOOD

    assert chat(answer, english(8))[0].text == GOOD
    assert "article" not in chat(lambda text: "The article discusses number 3.", english(8))[0].text
    below = as_english(Article("a", english(8).text + " Other articles by the writer tell more."))
    assert "discusses" not in chat(lambda text: "The article discusses number 3.", below)[0].text
    of_one = as_english(Article("a", english(8).text + " He wrote an article about number 3."))
    assert "discusses" in chat(lambda text: "The article discusses number 3.", of_one)[0].text


def test_a_prompt_that_leaves_no_room_for_the_text_is_refused():
    with pytest.raises(ConfigError, match="the prompt leaves"):
        Summarizer(FakeGenerator(max_input_tokens=30), config(model=CHAT))


MORE = (
    "Ministers from eleven countries discussed prices, harvests, floods, bridges, hospitals, taxes, schools, ports and "
    "railways before lunch, then signed seven treaties on trade, water, energy, borders, visas, crime and climate."
)


def test_a_title_that_shares_no_word_with_the_article_is_not_used_and_named():
    text = english(8).text + " " + MORE
    titles = {
        "Golfer Aditi Ashok hopes her game grows": True,
        "Golf: a reader hopes for sentences": False,
        "Golf": False,
    }
    for title, apart in titles.items():
        fake = FakeGenerator(lambda message: "Sentence number 3 tells something.", max_input_tokens=300)
        [summary] = Summarizer(fake, config(model=CHAT)).summarize([as_english(Article("a", text, title))])
        (message,), _ = fake.calls[0]
        assert (title in message) is not apart
        assert ([flag.name for flag in summary.flags], [flag.detail for flag in summary.flags]) == (
            (["other-title"], [title]) if apart else ([], [])
        )


def test_names_of_such_a_title_are_not_borne_out():
    translation = as_english(Article("a", f"{english(8).text} {MORE}", "Golfer Aditi Ashok hopes her game grows"))
    fake = FakeGenerator(lambda message: "Aditi Ashok tells sentence number 3.")
    [summary] = Summarizer(fake, config(model=CHAT, unsupported="flag")).summarize([translation])
    assert "unsupported-name" in {flag.name for flag in summary.sentences[0].flags}


def test_a_text_of_few_words_has_its_title():
    translation = as_english(Article("a", english(8).text, "Golfer Aditi Ashok hopes her game grows"))
    summary, _ = chat(lambda message: GOOD, translation)
    assert "other-title" not in {flag.name for flag in summary.flags}
