from pathlib import Path

import pytest

from mt.terms import Glossary, Matcher, glossary_names, learn, load_glossaries, settle

SAMPLE = (Path(__file__).parent / "data" / "article.ar.txt").read_text(encoding="utf-8")


def learnt(text: str, title: str = "") -> dict[str, str]:
    return {entry.arabic[0]: entry.note for entry in learn(text, title).entries}


def test_the_sample_introduces_its_two_premiers():
    names = learnt(SAMPLE)
    assert names["لي كه تشيانغ"] == ""
    assert names["باكيتزان ساجينتاييف"] == ""
    assert names["لي"] == "لي كه تشيانغ"
    assert names["ساجينتاييف"] == "باكيتزان ساجينتاييف"


@pytest.mark.parametrize("text, full, short", [
    ("تعهد لي كه تشيانغ رئيس مجلس الدولة اليوم بالتعاون. وقال لي إن العام جيد.", "لي كه تشيانغ", "لي"),
    ("التقى نظيره القازاقي باكيتزان ساجينتاييف. وقال ساجينتاييف إنه راض.", "باكيتزان ساجينتاييف", "ساجينتاييف"),
    ("وقال المتحدث باسم الوزارة فيكتور زولوتوف ذلك. وأضاف زولوتوف أنه راض.", "فيكتور زولوتوف", "زولوتوف"),
    ("واستقبل الأمير محمد بن نايف الوفد. وحضر بن نايف الحفل.", "محمد بن نايف", "بن نايف"),
    ("وقال الرئيس قيس سعيد إن البرلمان سيجتمع. واستقبل سعيد الوزراء.", "قيس سعيد", "سعيد"),
])  # fmt: skip
def test_a_full_name_and_what_it_is_shortened_to(text, full, short):
    names = learnt(text)
    assert names[full] == ""
    assert names[short] == full


@pytest.mark.parametrize("text, never", [
    ("قال لي أوباما إن الوقت حان. ثم قال لي أوباما وداعا.", "لي"),
    ("التقى الأمين العام بان كي مون الوفد. وكان ذلك كي يعرف رأيه، وبان أنه راض.", "كي"),
    ("استقبل الأمير محمد بن سلمان الوفد. وقال محمد بن سلمان إن بن فلان حضر.", "بن"),
    ("وقال الوزير علي خامنئي ذلك. واكد علي ان الامر انتهي الي هنا.", "علي"),
    ("وقالت الحكومة إن البرلمان سيجتمع غدا. وقالت الحكومة إن البرلمان وافق.", "الحكومة"),
])  # fmt: skip
def test_what_is_no_short_form_of_a_name(text, never):
    assert never not in learnt(text)


def test_a_name_of_the_title_counts():
    assert learnt("وقال زولوتوف إن ذلك صحيح.", "الوزير فيكتور زولوتوف يستقيل")["زولوتوف"] == "فيكتور زولوتوف"


def test_an_article_without_names_teaches_none():
    assert learn("ارتفعت أسعار النفط اليوم بسبب تراجع المخزون.") == Glossary("article", ())
    assert learn("") == Glossary("article", ())


PAIRS = (
    ("رئيس مجلس الدولة الصيني لي كه تشيانغ يلتقي بنظيره القازاقي باكيتزان ساجينتاييف.",
     "Chinese Premier Li Keqiang meets His Excellency Kazakhstan Sajintayev."),
    ("تعهد لي كه تشيانغ رئيس مجلس الدولة بذلك.", "Premier Li Keqiang pledged that."),
    ("وقال لي إن التعاون يتقدم.", "Lee said that cooperation advances."),
    ("وقال ساجينتاييف ذلك.", "Sajintaiyev said that."),
    ("وأكد باكيتزان ساجينتاييف ذلك.", "Pakistani Sajintayev confirmed that."),
)  # fmt: skip


def forms(glossary: Glossary) -> dict[str, tuple[str, ...]]:
    return {entry.arabic[0]: entry.english for entry in glossary.entries}


def test_one_english_form_for_each_name():
    text = " ".join(source for source, _ in PAIRS)
    settled = settle(learn(text), PAIRS)
    assert forms(settled) == {
        "لي كه تشيانغ": ("Li Keqiang",),
        "باكيتزان ساجينتاييف": ("Bakitzan Sajintayev",),
        "لي": ("Li",),
        "ساجينتاييف": ("Sajintayev",),
    }


def test_what_a_glossary_knows_is_left_to_it_and_decides_the_short_form():
    text = " ".join(source for source, _ in PAIRS)
    spoiled = [(source, english.replace("Li Keqiang", "Lee Kachung")) for source, english in PAIRS]
    settled = forms(settle(learn(text), spoiled, Matcher(load_glossaries(glossary_names()))))
    assert settled["لي"] == ("Li",)
    assert "لي كه تشيانغ" not in settled


def test_what_has_no_counterpart_in_the_english_is_dropped():
    text = "وقال الوزير فيكتور زولوتوف ذلك. وأضاف زولوتوف ذلك."
    assert settle(learn(text), [(text, "The minister said that. He added that.")]) == Glossary("article", ())
    assert settle(learn(text), []) == Glossary("article", ())


def test_places_that_a_glossary_knows_are_left_to_it():
    text = "زار الوزير قازاقستان أمس. ثم غادر الوزير قازاقستان اليوم."
    assert "قازاقستان" in learnt(text)
    assert learn(text, known=Matcher(load_glossaries(["countries"]))).entries == ()


def test_a_short_form_that_is_a_word_too_must_be_rendered_as_the_name():
    first = ("تعهد لي كه تشيانغ رئيس مجلس الدولة بذلك.", "Premier Li Keqiang pledged that.")
    as_name, as_word = ("وأضاف لي أنه راض.", "Li added that he is content."), ("وأضاف لي أنه راض.", "He told me so.")
    text = " ".join(source for source, _ in (first, as_name))
    assert forms(settle(learn(text), [first, as_name, as_word, as_word]))["لي"] == ("Li",)
    assert "لي" not in forms(settle(learn(text), [first, as_name, as_word, as_word, as_word]))


def test_only_what_the_article_introduces_is_transliterated():
    text = "حضر باكيتزان ساجينتاييف الحفل. وغادر باكيتزان ساجينتاييف الحفل."
    pairs = [(text, "Pakistani Sajintayev attended. Pakistani Sajintayev left.")]
    assert [entry.kind for entry in learn(text).entries] == ["recurring"]
    assert settle(learn(text), pairs) == Glossary("article", ())
    introduced = f"الوزير باكيتزان ساجينتاييف. {text}"
    assert forms(settle(learn(introduced), pairs)) == {"باكيتزان ساجينتاييف": ("Bakitzan Sajintayev",)}


FAMILY = (
    ("عائلة قشمرطا تطالب بالعدالة.", "Qashmarta family demands justice."),
    ("قال نضال قشمرطا إن ابنه كان عائدا.", "Nidal Qashmarta said his son was returning."),
    ("ورفضت هديل قشمرطا العرض.", "Hadil Qashmarta refused the offer."),
    ("ودفعت تعويضا لقشمرطا.", "It paid Kachmarta compensation."),
)


def agreed(pairs, known: Matcher | None = None) -> dict[str, tuple[str, ...]]:
    return forms(settle(learn(" ".join(source for source, _ in pairs), known=known), pairs, known))


def test_a_family_name_that_nobody_introduces_has_one_form():
    assert agreed(FAMILY) == {"قشمرطا": ("Qashmarta",)}


def test_likeness_weighs_more_than_number():
    pairs = (
        ("وأضافت البلوشي ذلك.", "Al-Balawi added that."),
        ("وقالت البلوشي ذلك.", "Al-Balawi said that."),
        ("وحضرت البلوشي.", "Al-Bulushi attended."),
    )
    assert agreed(pairs) == {"البلوشي": ("Al-Bulushi",)}


def test_capitals_and_hyphens_are_no_other_form():
    pairs = (
        ("وأضاف القحطاني ذلك.", "He, al-Qahtani, added that."),
        ("وقال القحطاني ذلك.", "Al Qahtani said that."),
    )
    assert agreed(pairs) == {"القحطاني": ("Al Qahtani",)}


@pytest.mark.parametrize("pairs", [
    (("البروتوكول ملزم.", "Protocol is binding."), ("وقع البروتوكول.", "The protocol was signed.")),
    (("زار المعابد الكبيرة.", "He visited Mid Town."), ("وصف المعابد.", "He described temples.")),
    (("وصل الزنقوطيون.", "They arrived."), ("غادر الزنقوطيون.", "They left.")),
    (("قال باكيتزان ذلك.", "The Pakistani said that."), ("حضر باكيتزان.", "The Pakistani attended.")),
    (("زار جنيف أمس.", "He visited Geneva."), ("غادر جنيف اليوم.", "He left Geneva.")),
])  # fmt: skip
def test_recurring_words_that_get_no_form(pairs):
    assert agreed(pairs, Matcher(load_glossaries(glossary_names()))) == {}


def test_the_english_of_another_name_that_sounds_more_like_it_is_not_taken():
    pairs = (
        ("قال البراك إن الفرحة كبيرة.", "Al-Barak said that the joy is great."),
        ("وشكر البراك من نشر الفرحة.", "Al-Barak thanked those who spread joy."),
    )
    assert agreed(pairs) == {"البراك": ("Al-Barak",)}


def test_two_spellings_of_one_name_share_its_english():
    pairs = (
        ("زار الزنقوطي المدينة.", "Zanqoti visited the city."),
        ("وصل الزنقوتي أمس.", "Zanqoti arrived yesterday."),
        ("غادر الزنقوطي والزنقوتي.", "Zanqoti and Zanqoti left."),
    )
    assert agreed(pairs) == {"الزنقوطي": ("Zanqoti",), "الزنقوتي": ("Zanqoti",)}


def test_an_adjective_of_the_name_is_no_other_form():
    pairs = (
        ("جماعة الزنقوطي حضرت.", "Zanqoti group attended."),
        ("قال الزنقوطي ذلك.", "Zanqoti said that."),
        ("غادر الزنقوطي.", "The Zanqotis left."),
    )
    assert agreed(pairs) == {"الزنقوطي": ("Zanqoti", "Zanqotis")}
