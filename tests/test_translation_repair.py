import re

import pytest
from fakes import FakeGenerator

from mt.config import Config, Decoding, ModelConfig, RepairConfig, SecondConfig, TranslateConfig, load_config
from mt.errors import ConfigError, ModelError
from mt.language.folding import DIGITS
from mt.records import Article, Generated
from mt.translation.repair import NO_REPEAT
from mt.translation.translator import Translator

LONG = "قال الوزير في العاصمة إن عدد الزوار بلغ 250 ألفا، وأضاف في كلمته أن العمل في المشروع سيستمر حتى نهاية العام."
GOOD = "The minister said in the capital that visitors reached 250 thousand, and the project would go on all year long."
LOOP = "The 250 thousand ministers said " + "and then he said " * 8
SECOND = SecondConfig(model=ModelConfig(source="other/model", license="MIT"))


class Scripted(FakeGenerator):
    """Answers by `script(text, decoding)`."""

    def __init__(self, script, **options):
        super().__init__(**options)
        self.script = script

    def generate(self, texts, decoding):
        self.answer = lambda text: self.script(text, decoding)
        return super().generate(texts, decoding)


def translated(script, *, text=LONG, beams=4, mode="on", second=None, glossaries=()):
    """The one segment of a text, translated by the script, and the model that did it."""
    model = Scripted(script)
    config = TranslateConfig(
        decoding=Decoding(num_beams=beams),
        repair=RepairConfig(mode=mode, second=SECOND if second else None),
        glossaries=glossaries,
        hints=(),
        learn_names=False,
    )
    [translation] = Translator(model, config, second).translate([Article("a", text)])
    [segment] = translation.segments
    return segment, model


def ways(segment):
    return [attempt.way for attempt in segment.attempts]


def flags(segment):
    return [flag.name for flag in segment.flags]


def test_a_segment_without_doubt_is_translated_once():
    segment, model = translated(lambda text, decoding: GOOD)
    assert (segment.text, segment.way, segment.attempts) == (GOOD, "", ())
    assert len(model.calls) == 1


@pytest.mark.parametrize(
    "source, seen, wanted",
    [
        ("بلغ العدد 425601 شخصا.", "37", "Reached 425,601 here."),
        ("بلغ العدد ٤٢٥٦ شخصا.", "37", "Reached 4256 here."),
        ("بلغ المؤشر 71 .5322 نقطة.", "37", "Reached 5322.71 here."),
        ("بلغت المساحة 783،562 كيلومترا.", "37", "Reached 783,562 here."),
        ("وقع ذلك في سنة 1951 هناك.", "2001", "Reached 1951 here."),
        ("بلغ العدد 37 و 425 شخصا.", "38", "37 and 425 here."),  # 37 is taken, and stays as it is
    ],
)
def test_a_number_that_the_model_spoils_is_hidden_from_it(source, seen, wanted):
    def script(text, decoding):
        if text in (source, source.translate(DIGITS)):
            return "37 and no other." if "37" in source else "No figure at all."
        placeholder = next(word for word in text.split() if word == seen)
        return f"37 and {placeholder} here." if "37" in source else f"Reached {placeholder} here."

    segment, model = translated(script, text=source)
    assert (segment.text, segment.way, flags(segment)) == (wanted, "numbers", [])
    assert len(model.calls) == 2


@pytest.mark.parametrize("answer", ["No figure at all.", "37 or 37 of them.", "About 3,700 or 37.5 of them."])
def test_a_placeholder_that_did_not_come_back_once_spoils_nothing(answer):
    def script(text, decoding):
        return "Numbers are missing." if "425601" in text else answer

    segment, _ = translated(script, text="بلغ العدد 425601 شخصا.")
    assert (segment.text, segment.way, flags(segment)) == ("Numbers are missing.", "", ["number-missing"])


def test_a_missing_term_is_respelt_where_a_word_sounds_like_it():
    segment, model = translated(
        lambda t, d: "He went to Kazachistan.", text="سافر إلى قازاقستان.", glossaries=("countries",)
    )
    assert (segment.text, segment.way, flags(segment)) == ("He went to Kazakhstan.", "respelt", [])
    assert [(a.text, a.flags[0].name) for a in segment.attempts] == [("He went to Kazachistan.", "term-missing")]
    assert [(t.source, t.target, t.found, t.glossary) for t in segment.terms] == [
        ("قازاقستان", "Kazakhstan", "Kazakhstan", "countries")
    ]
    assert len(model.calls) == 1


def test_a_missing_term_is_written_in_latin_letters_for_the_model():
    def script(text, decoding):
        return "He travelled to Sweden." if "Sweden" in text else "He travelled there."

    segment, model = translated(script, text="سافر إلى السويد.", glossaries=("countries",))
    assert (segment.text, segment.way, flags(segment)) == ("He travelled to Sweden.", "term-latin", [])
    assert model.calls[1][0] == ("سافر إلى Sweden.",)


def test_another_name_stands_in_where_the_model_reads_no_latin_letters():
    def script(text, decoding):
        return "He travelled to Japan." if "اليابان" in text else "He travelled there."

    segment, _ = translated(script, text="سافر إلى السويد.", glossaries=("countries",))
    assert (segment.text, segment.way) == ("He travelled to Sweden.", "term-stand-in")


def test_a_term_that_cannot_be_had_costs_no_other_search():
    segment, model = translated(lambda t, d: "He travelled there.", text="سافر إلى السويد.", glossaries=("countries",))
    assert flags(segment) == ["term-missing"]
    assert {decoding.num_beams for _, decoding in model.calls} == {4}


@pytest.mark.parametrize("beams, way", [(4, "greedy"), (1, "beam")])
def test_the_other_search_comes_first_and_ends_the_ladder_when_it_cures(beams, way):
    def script(text, decoding):
        return LOOP if decoding.num_beams == beams else GOOD

    segment, model = translated(script, beams=beams)
    assert (segment.text, segment.way, flags(segment)) == (GOOD, way, [])
    assert [(a.way, a.text, a.flags[0].name) for a in segment.attempts] == [("", LOOP.strip(), "loop")]
    assert len(model.calls) == 2


def test_repeats_are_forbidden_where_the_other_search_does_not_help():
    segment, _ = translated(lambda text, decoding: GOOD if decoding.no_repeat_ngram_size == NO_REPEAT else LOOP)
    assert (segment.text, segment.way, ways(segment)) == (GOOD, "no-repeat", ["", "greedy"])


def test_a_long_segment_is_given_in_pieces_and_put_together():
    halves = {}

    def script(text, decoding):
        if text == LONG or "37" in text:
            return "The minister spoke of 250."
        halves[text] = ("The minister said 250 came,", "and that work would go on.")[len(halves)]
        return halves[text]

    segment, _ = translated(script)
    assert len(halves) == 2
    assert " ".join(halves).replace("  ", " ") == LONG
    assert segment.text == " ".join(halves.values())
    assert (segment.way, ways(segment)) == ("split", ["", "numbers", "greedy"])
    assert segment.source.text == LONG, "the segment stays one"


def test_an_empty_piece_does_not_pass_for_a_translation():
    def script(text, decoding):
        return "" if text == LONG or text.startswith("قال") else "and added that work in the project would go on."

    segment, _ = translated(script)
    assert segment.text == ""
    assert flags(segment) == ["empty"]


def test_the_second_model_comes_last_with_its_own_decoding():
    second = Scripted(lambda text, decoding: GOOD)
    segment, model = translated(lambda text, decoding: "", second=second)
    assert (segment.text, segment.way) == (GOOD, "second model")
    assert [decoding.num_beams for _, decoding in second.calls] == [4]
    assert [len(text) == len(LONG) for (text, *_), _ in model.calls] == [
        True,
        True,
        False,
    ]


def test_the_second_model_gets_pieces_that_it_can_take():
    second = Scripted(lambda text, decoding: f"{len(text.split())} words, 250 in all, with more words after that.")
    second.max_input_tokens = 8
    segment, _ = translated(lambda text, decoding: "", second=second)
    assert all(len(text.split()) <= 8 for texts, _ in second.calls for text in texts)
    assert segment.text.count("words,") >= 3


def test_a_model_that_fails_gets_another_chance_and_its_error_is_kept():
    def script(text, decoding):
        if decoding.num_beams == 4:
            raise ModelError("out of memory")
        return GOOD

    segment, _ = translated(script)
    assert (segment.text, segment.way) == (GOOD, "greedy")
    assert [(f.name, f.detail) for f in segment.attempts[0].flags] == [("failed", "out of memory")]


def test_of_outputs_with_equal_doubts_the_first_is_kept():
    def script(text, decoding):
        return Generated("No number.", -0.6 if decoding.num_beams == 4 else -0.5, 3, 3, True)

    assert translated(script, text="بلغ العدد 250.")[0].way == ""


def test_of_outputs_with_equal_curable_doubts_the_one_with_fewer_others_is_kept():
    def script(text, decoding):
        return Generated("No number.", -2.0 if decoding.num_beams == 4 else -0.5, 3, 3, True)

    segment, _ = translated(script, text="بلغ العدد 250.")
    assert segment.way == "greedy"
    assert flags(segment) == ["number-missing"]
    assert {flag.name for flag in segment.attempts[0].flags} == {"number-missing", "unsure"}


def test_fewer_doubts_win_over_a_better_score():
    def script(text, decoding):
        if decoding.num_beams == 4:
            return Generated("A number is missing here, that is for sure, as all can see now.", -0.1, 3, 3, True)
        return Generated(GOOD, -2.0, 3, 3, True)

    assert translated(script)[0].text == GOOD


def test_report_only_records_and_keeps_the_first():
    segment, _ = translated(lambda text, decoding: LOOP if decoding.num_beams == 4 else GOOD, mode="report")
    assert (segment.text, segment.way, flags(segment)) == (LOOP.strip(), "", ["loop"])
    assert [(a.way, a.text, a.flags) for a in segment.attempts] == [("greedy", GOOD, ())]


def test_off_means_one_try():
    segment, model = translated(lambda text, decoding: LOOP, mode="off")
    assert (len(model.calls), segment.attempts) == (1, ())


def test_what_cannot_be_cured_keeps_its_first_output_and_all_attempts():
    segment, _ = translated(lambda text, decoding: LOOP)
    assert segment.way == ""
    assert ways(segment) == ["greedy", "no-repeat", "split"], "no number is missing"


def test_the_doubtful_of_all_articles_climb_together_and_in_order():
    def script(text, decoding):
        number = text.split()[2].strip(".")
        return "No figures here." if decoding.num_beams == 4 and int(number) % 2 else f"Number {number} is here."

    model = Scripted(script)
    articles = [Article(str(i), f"بلغ العدد {i}.") for i in range(100, 110)]
    done = Translator(model, TranslateConfig(glossaries=(), hints=())).translate(articles)
    assert [t.text for t in done] == [f"Number {i} is here." for i in range(100, 110)]
    assert [t.segments[0].way for t in done] == ["", "greedy"] * 5
    assert [len(texts) for texts, _ in model.calls] == [10, 5, 5], "the usual, numbers hidden, the other search"


@pytest.mark.parametrize("value, mode", [("on", "on"), ("off", "off"), ("report", "report"), ("'off'", "off")])
def test_the_mode_may_be_written_bare(value, mode):
    assert load_config(None, [f"translate.repair.mode={value}"], {}).translate.repair.mode == mode


def test_a_wrong_mode_is_told():
    with pytest.raises(ConfigError, match=r"translate\.repair\.mode: found 'maybe', expected 'off', 'report' or 'on'"):
        load_config(None, ["translate.repair.mode=maybe"], {})


def test_the_second_model_is_one_of_the_models_that_are_used():
    repair = "translate.repair={mode: %s, second: {model: {source: facebook/nllb-200-distilled-600M}}}"
    with pytest.raises(ConfigError, match=r"translate.repair.second.model: the weights .* not be used commercially"):
        load_config(None, [repair % "on"], {})
    assert [use.path for use in load_config(None, [repair % "off"], {}).uses] == ["translate", "summarize"]
    config = load_config(None, [repair % "report", "allow_noncommercial=true"], {})
    assert [use.path for use in config.uses] == ["translate", "translate.repair.second", "summarize"]
    assert config.translate.model == Config().translate.model


@pytest.mark.parametrize(
    "source, first, seen, answer, wanted",
    [
        (
            "بلغ العدد ثلاثة وثلاثين مليونا.",
            "It was 30 million.",
            "37 مليون",
            "It was 37 million.",
            "It was 33 million.",
        ),
        (
            "بلغ العدد مئتين وثلاثين ألفا.",
            "It was 9999.",
            "37 ألف",
            "The number was 37,000.",
            "The number was 230,000.",
        ),
        ("صدر في 3 تشرين 2 هنا.", "It was on 3 May.", "3 نوفمبر", "It was on 3 November.", "It was on 3 November."),
        ("تبدأ يوم 12 صفر هنا.", "It is on 12 May.", "12 Safar", "It is on 12 Safar.", "It is on 12 Safar."),
    ],
)
def test_what_the_model_cannot_read_is_written_otherwise(source, first, seen, answer, wanted):
    segment, _ = translated(lambda text, d: answer if seen in text else first, text=source)
    assert (segment.text, segment.way, flags(segment)) == (wanted, "numbers", [])


@pytest.mark.parametrize(
    "source, first, wanted",
    [
        ("افتتح المركز الساعة 8 صباحا.", "It opened at 8 p.m. there.", "It opened at 8 a.m. there."),
        ("من السابعة مساء حتى السادسة صباحا.", "From 7pm to 6pm there.", "From 7pm to 6am there."),
    ],
)
def test_halves_of_the_day_are_mended_in_the_english(source, first, wanted):
    segment, model = translated(lambda text, d: first, text=source)
    assert (segment.text, segment.way, flags(segment)) == (wanted, "respelt", [])
    assert len(model.calls) == 1


@pytest.mark.parametrize("identifier", ["920033360", "SA44200000012345", "+966 11 234 5678"])
def test_the_model_never_sees_an_identifier_and_the_english_has_it_as_it_stands(identifier):
    seen = []

    def answer(text, d):
        seen.append(text)
        [code] = re.findall("[A-Z]{2,}", text)
        return f"Call {code} now."

    segment, _ = translated(answer, text=f"اتصل على الرقم {identifier} الآن.")
    assert (segment.text, segment.way, flags(segment)) == (f"Call {identifier} now.", "", [])
    assert not any(identifier in text for text in seen)


def test_a_right_reading_of_an_ambiguous_number_starts_no_repair():
    right = "It produced two million barrels more a day, and Kuwait exported two million barrels."
    segment, model = translated(lambda t, d: right, text="أنتجت مليونا برميل إضافية يوميا، وصدرت الكويت مليوني برميل.")
    assert (segment.text, segment.way, flags(segment)) == (right, "", [])
    assert len(model.calls) == 1


def test_a_doubt_of_a_name_alone_starts_no_pieces():
    segment, _ = translated(lambda text, decoding: GOOD.replace("The minister", "Sarkozy"))
    assert flags(segment) == ["name-invented"]
    assert "split" not in ways(segment)
