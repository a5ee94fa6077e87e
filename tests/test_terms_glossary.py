from pathlib import Path

import pytest

from mt.config import load_config
from mt.errors import ConfigError
from mt.language.arabic import words
from mt.language.clitics import stems
from mt.language.folding import fold_spelling
from mt.terms import Entry, Glossary, Matcher, fingerprint, glossary_folder, glossary_names, load_glossaries

READY = ["agencies", "capitals", "countries", "demonyms", "leaders", "months", "organisations"]


def write(folder: Path, text: str, name: str = "mine.tsv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_glossaries([path])
    return str(caught.value)


def test_tsv_has_forms_kind_and_note(tmp_path):
    path = write(tmp_path, "# source\n\nلي كه تشيانغ | لي كيتشيانغ\tLi Keqiang|Li\tperson\ta note\r\nكلاوس\t-\n")
    assert load_glossaries([path]) == (
        Glossary(
            "mine",
            (
                Entry(("لي كه تشيانغ", "لي كيتشيانغ"), ("Li Keqiang", "Li"), "person", "a note"),
                Entry(("كلاوس",), (), "term", ""),
            ),
        ),
    )


def test_yaml_says_the_same_as_tsv(tmp_path):
    tsv = write(tmp_path, "أستانا|أستانة\tAstana|Nur-Sultan\tplace\tthe capital\n", "a.tsv")
    yaml = write(
        tmp_path,
        "- arabic: [أستانا, أستانة]\n  english: [Astana, Nur-Sultan]\n  kind: place\n  note: the capital\n",
        "a.yaml",
    )
    assert load_glossaries([yaml]) == load_glossaries([tsv])
    assert load_glossaries([write(tmp_path, "# nothing\n", "b.yml")]) == (Glossary("b", ()),)


@pytest.mark.parametrize("text, name, wanted", [
    ("الصين China\n", "a.tsv", "a.tsv:1: found 1 column, expected 2 to 4, separated by tabs: Arabic forms"),
    ("# c\n\tChina\n", "a.tsv", "a.tsv:2: no Arabic form"),
    ("الصين\t\n", "a.tsv", "a.tsv:1: no English form; write - for"),
    ("China\tالصين\n", "a.tsv", "a.tsv:1: found 'China', which has no Arabic letter"),
    ("China\tالصين\n", "a.tsv", "a.tsv:1: found 'الصين' as English, which has Arabic letters"),
    ("الصين\tChina\tcontry\n", "a.tsv", "a.tsv:1: found the kind 'contry', expected one of country, demonym"),
    ("أستانة\tAstana\nاستانه\tAstana\n", "a.tsv", "a.tsv:2: 'استانه' appears twice; first at line 1"),
    ("arabic: الصين\n", "a.yaml", "a.yaml:1: found no list"),
    ("- الصين\n", "a.yaml", "a.yaml:1: found 'الصين', expected the keys arabic and english"),
    ("- arabic: الصين\n  englsh: China\n", "a.yaml", "a.yaml:2: unknown key 'englsh'; known: arabic, english"),
    ("- arabic: [\n", "a.yaml", "not YAML"),
    ("x", "a.csv", "found the ending '.csv', expected .tsv, .yaml or .yml"),
])  # fmt: skip
def test_faults_are_told_with_file_and_line(tmp_path, text, name, wanted):
    assert wanted in faults(write(tmp_path, text, name))


def test_all_faults_of_all_files_are_told_at_once(tmp_path):
    first, second = write(tmp_path, "x\n\tChina\n", "a.tsv"), write(tmp_path, "y\n", "b.tsv")
    with pytest.raises(ConfigError) as caught:
        load_glossaries([first, second])
    assert [line.strip().partition(": ")[0] for line in str(caught.value).splitlines()[1:]] == [
        f"{first}:1", f"{first}:2", f"{second}:1",
    ]  # fmt: skip


def test_a_file_that_is_not_utf8_and_one_that_is_not_there(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_bytes(b"\xff")
    assert "not UTF-8 at byte 0" in faults(path)
    with pytest.raises(ConfigError, match="no glossary 'contries': neither a file nor one of agencies, capitals"):
        load_glossaries(["contries"])


def test_the_ready_glossaries_load_and_say_where_they_come_from():
    assert glossary_names() == READY
    assert sorted(load_config(environment={}).translate.glossaries) == READY
    for glossary in load_glossaries(READY):
        text = (glossary_folder() / f"{glossary.name}.tsv").read_text(encoding="utf-8")
        assert "# Source: " in text, glossary.name
        assert len(glossary.entries) > 20, glossary.name


def test_in_the_ready_glossaries_no_term_hides_one_of_another_kind():
    seen: dict[tuple[str, ...], tuple[str, Entry]] = {}
    for glossary in load_glossaries(READY):
        for entry in glossary.entries:
            for form in entry.arabic:
                key = tuple(word for word, _, _ in words(form))
                other = seen.setdefault(key, (glossary.name, entry))
                assert set(other[1].english) & set(entry.english) or other[1] == entry, (form, other[0], glossary.name)


@pytest.mark.parametrize("arabic, english", [
    ("الصين", "China"), ("كازاخستان", "Kazakhstan"), ("قازاقستان", "Kazakhstan"), ("الأردن", "Jordan"),
    ("السعودية", "Saudi Arabia"), ("تركيا", "Turkey"), ("جنوب السودان", "South Sudan"), ("بريطانيا", "Britain"),
    ("كوريا الشمالية", "North Korea"), ("المغرب العربي", "Maghreb"), ("غينيا بيساو", "Guinea-Bissau"),
    ("القازاقي", "Kazakh"), ("الكورية الجنوبية", "South Korean"), ("للأمريكيين", "American"),
    ("الجنوب أفريقي", "South African"),
    ("يناير", "January"), ("كانون الثاني", "January"), ("جانفي", "January"), ("غشت", "August"), ("رمضان", "Ramadan"),
    ("شينخوا", "Xinhua"), ("الأمم المتحدة", "United Nations"), ("مجموعة العشرين", "Group of 20"),
    ("أستانة", "Astana"), ("لي كه تشيانغ", "Li Keqiang"), ("عبدالفتاح السيسي", "Abdel Fattah al-Sisi"),
])  # fmt: skip
def test_what_the_ready_glossaries_say(arabic, english):
    [match] = Matcher(load_glossaries(READY)).find(arabic)
    assert match.entry.english[0] == english


@pytest.mark.parametrize("text", [
    "مسقط رأسه", "قال عمان", "قطاع مالي", "مدرسة بنين", "صلاة المغرب", "في آب", "رجب",
    "قال كلاوس", "دولار أمريكي", "روس",
])  # fmt: skip
def test_what_is_ambiguous_is_left_alone(text):
    assert Matcher(load_glossaries(READY)).find(text) == ()


def test_the_fingerprint_is_of_what_the_glossaries_say():
    one, other = Entry(("لي",), ("Li",)), Entry(("لي",), ("Lee",))
    assert fingerprint([Glossary("a", (one,))]) == fingerprint([Glossary("a", (one,))])
    prints = {
        fingerprint(glossaries)
        for glossaries in (
            [], [Glossary("a", (one,))], [Glossary("a", (other,))], [Glossary("b", (one,))],
            [Glossary("a", (one,)), Glossary("b", (other,))], [Glossary("b", (other,)), Glossary("a", (one,))],
        )
    }  # fmt: skip
    assert len(prints) == 6
    assert all(len(value) == 12 for value in prints)


def test_words_keep_their_places_in_a_text_with_marks():
    text = "قـــال الرئيسُ، إنَّ ٢٠"
    assert [word for word, _, _ in words(text)] == ["قال", "الرييس".replace("يي", "ئي"), "ان", "٢٠"]
    assert [text[start:end] for _, start, end in words(text)] == ["قـــال", "الرئيسُ", "إنَّ", "٢٠"]


def test_fold_and_stems():
    assert fold_spelling("أُسْتَـرالِيّة") == fold_spelling("استراليه")
    assert list(stems("وللاردن")) == [("", "وللاردن"), ("و", "للاردن"), ("ول", "لاردن"), ("ول", "الاردن")]
    assert next(stems("كوبا")) == ("", "كوبا")
