import pytest
from fakes import FakeGenerator

from mt.config import RepairConfig, TranslateConfig, load_config
from mt.errors import ConfigError
from mt.records import Article, Hint
from mt.terms import Matcher, lexicon_names, lexicons_fingerprint, load_glossaries, load_lexicons, write_hints
from mt.translation.translator import Translator


@pytest.fixture(scope="module")
def lexicon():
    return Matcher(load_lexicons(["ar-en"]))


@pytest.mark.parametrize(
    "source, given",
    [
        ("هذا تعاون براغماتي.", "هذا تعاون pragmatic."),
        (
            "سمي بالطريق المضيء.",
            "سمي ب Bright Road.",
        ),  # what is written before a word stays, apart from the Latin letters
        ("جاء الوزير.", "جاء الوزير."),
    ],
)
def test_rare_words_stand_in_english_in_what_the_model_gets(lexicon, source, given):
    assert write_hints(source, lexicon.find(source)).text == given


def test_the_lexicon_of_the_package_loads_and_is_on_by_default_for_the_embedded_model_only():
    assert lexicon_names() == ["ar-en"]
    assert len(load_lexicons(["ar-en"])[0].entries) > 20_000
    assert load_config(environment={}).translate.hints == ("ar-en",)
    for name in ("opus-big", "opus-fast", "nllb", "madlad", "llm"):
        assert load_config(name, environment={}).translate.hints == ()


def test_another_model_gets_no_hints_unless_they_are_set(tmp_path):
    other = tmp_path / "my.yaml"
    other.write_text("translate: {model: {source: someone/model}}\n")
    assert load_config(str(other), environment={}).translate.hints == ()


def write(path, *rows):
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def test_a_lexicon_of_ones_own_and_its_faults(tmp_path):
    mine = write(tmp_path / "mine.tsv", "سمندل\tsalamander")
    assert load_lexicons([mine])[0].entries[0].english == ("salamander",)
    with pytest.raises(ConfigError, match=r"bad\.tsv:1"):
        load_lexicons([write(tmp_path / "bad.tsv", "سمندل")])
    with pytest.raises(ConfigError, match=r"translate\.hints.*in the package: ar-en"):
        load_lexicons(["ar-fr"])


def test_the_fingerprint_tells_what_a_lexicon_says(tmp_path):
    one, other = write(tmp_path / "a.tsv", "سمندل\tsalamander"), write(tmp_path / "b.tsv", "سمندل\tnewt")
    assert lexicons_fingerprint([one]) != lexicons_fingerprint([other])
    assert lexicons_fingerprint([one]) == lexicons_fingerprint([write(tmp_path / "c.tsv", "سمندل\tsalamander")])
    assert lexicons_fingerprint(["ar-en"])
    assert lexicons_fingerprint([]) == ""


def translated(answer, text, hints, *, mode="on", glossaries=(), **limits):
    seen = []

    def noted(source):
        seen.append(source)
        return answer(source)

    model = FakeGenerator(noted, **limits)
    config = TranslateConfig(hints=hints, glossaries=glossaries, min_score=None, repair=RepairConfig(mode=mode))
    [translation] = Translator(model, config).translate([Article("a", text)])
    return translation, seen


def test_hints_are_recorded_with_the_segment_that_was_made_with_them(tmp_path):
    mine = write(tmp_path / "mine.tsv", "سمندل\tsalamander")
    translation, seen = translated(lambda _: "He saw a salamander.", "رأى سمندل.", [mine], mode="off")
    assert seen == ["رأى salamander."]
    [segment] = translation.segments
    assert segment.source.text == "رأى سمندل."
    assert segment.hints == (Hint("سمندل", "salamander"),)


def test_an_output_without_hints_is_kept_where_it_has_fewer_doubts_and_says_so(tmp_path):
    mine = write(tmp_path / "mine.tsv", "سمندل\tsalamander")

    def answer(source):
        return "He saw 9 of them." if "salamander" in source else "He saw a newt."

    translation, _ = translated(answer, "رأى سمندل.", [mine])
    [segment] = translation.segments
    assert (segment.text, segment.way, segment.hints) == ("He saw a newt.", "no-hints", ())
    assert segment.attempts[0].text == "He saw 9 of them."


LI = (
    "التقى رئيس مجلس الدولة الصيني لي كه تشيانغ نظيره في أستانة.\n"
    "قال لي إن التعاون يلبي حاجات البلدين.\nقال لي أحد المسؤولين إن التعاون مستمر."
)


def test_a_name_whose_full_form_a_glossary_has_is_given_before_the_first_output(tmp_path):
    mine = write(tmp_path / "mine.tsv", "سمندل\tsalamander")
    glossaries = ("leaders",)
    assert Matcher(load_glossaries(glossaries)).find("لي كه تشيانغ")
    _, seen = translated(lambda s: s, LI, [mine], mode="off", glossaries=glossaries)
    assert "قال Li إن" in seen[1]
    assert "قال لي أحد" in seen[2]


def test_a_text_that_hints_would_make_too_long_is_given_as_it_is(tmp_path):
    mine = write(tmp_path / "mine.tsv", "سمندل\tone two three four five six")
    _, seen = translated(lambda _: "He saw it.", "رأى سمندل.", [mine], mode="off", max_input_tokens=4)
    assert seen == ["رأى سمندل."]


def test_a_lexicon_with_the_name_of_a_glossary_is_not_taken_for_it(tmp_path):
    mine = write(tmp_path / "countries.tsv", "سمندل\tsalamander")
    _, seen = translated(lambda _: "He saw it.", "رأى سمندل في السويد.", [mine], mode="off", glossaries=("countries",))
    assert seen == ["رأى salamander في السويد."]


def test_a_term_that_is_missing_is_written_beside_the_hints(tmp_path):
    mine = write(tmp_path / "mine.tsv", "سمندل\tsalamander")

    def answer(source):
        return "He saw a salamander in Sweden." if "Sweden" in source else "He saw a salamander there."

    translation, seen = translated(answer, "رأى سمندل في السويد.", [mine], glossaries=("countries",))
    [segment] = translation.segments
    assert (segment.way, segment.text) == ("term-latin", "He saw a salamander in Sweden.")
    assert seen[-1] == "رأى salamander في Sweden."
    assert segment.hints == (Hint("سمندل", "salamander"),)


def test_numbers_are_hidden_in_the_text_with_its_hints(tmp_path):
    mine = write(tmp_path / "mine.tsv", "سمندل\tsalamander")

    def answer(source):
        return "He saw 37 salamanders." if "37" in source else "He saw salamanders."

    translation, seen = translated(answer, "رأى 425601 سمندل.", [mine])
    [segment] = translation.segments
    assert (segment.way, segment.text) == ("numbers", "He saw 425,601 salamanders.")
    assert "رأى 37 salamander." in seen
    assert segment.hints == (Hint("سمندل", "salamander"),)
