import pytest

from mt.checks import check_subjects, check_support

ARTICLE = (
    "Singer Hillary Scott of country band Lady Antebellum had to vacate her tour bus when it caught fire.",
    "Britt McHenry does not seem to understand how to behave on camera.",
    "The mayor of Paris was elected to a second term of six years on Sunday.",
    "Al-Shabaab killed nearly 70 people in a mall of the capital in 2013.",
    "He has filed another petition in the Supreme Court of India.",
)


@pytest.mark.parametrize("sentence", [
    "Britt McHenry had to vacate her tour bus when it caught fire.",
    "Boko Haram killed nearly 70 people in a mall of the capital.",
])  # fmt: skip
def test_the_same_deed_of_another_name_is_caught(sentence):
    flag = check_subjects(sentence, ARTICLE)
    assert flag is not None
    assert flag.name == "swapped-roles"
    assert "in the article" in flag.detail


@pytest.mark.parametrize("sentence", [
    "Hillary Scott had to vacate her tour bus when it caught fire.",
    "Scott had to vacate her tour bus when it caught fire outside of Dallas.",
    "Shabaab killed nearly 70 people in a mall of the capital.",
    "Anne Hidalgo was elected to a second term of six years on Sunday.",
    "Ranga has filed another petition in the Supreme Court of India.",
    "Britt McHenry had to vacate her bus.",
    "In Dallas, Britt McHenry, had to vacate her tour bus when it caught fire.",
    "had to vacate her tour bus when it caught fire",
])  # fmt: skip
def test_the_same_name_pronouns_and_what_cannot_be_read_are_not_judged(sentence):
    assert check_subjects(sentence, ARTICLE) is None


PLACES = (
    "A procession of the Hindu University arrived at the guest house of the Banaras Works in Varanasi.",
    "He was sentenced in the shooting death of Hernandez's friend Odin Lloyd.",
    "Bob Buehner, a former district attorney in Austin, Texas, has never accepted it.",
    "They opened a small office in Lima and a small office in Quito.",
)


def names_at_fault(sentence):
    flags = check_support(sentence, " ".join(PLACES), PLACES)
    return [flag.detail for flag in flags if flag.name == "mixed-name"]


def test_another_name_behind_copied_words_is_caught():
    sentence = "A procession arrived at the big guest house of Varanasi."
    assert names_at_fault(sentence) == []  # “the” stands between in the article
    sentence = "They opened a small office in Texas."
    assert names_at_fault(sentence) == ["Texas (small office in Lima in the article)"]


@pytest.mark.parametrize("sentence", [
    "They opened a small office in Quito.",
    "He was sentenced in the shooting death of Odin Lloyd.",
    "A former district attorney in Texas has never accepted it.",
    "They opened an office in Texas.",
    "Small Office In Texas",
])  # fmt: skip
def test_names_in_their_places_are_not(sentence):
    assert names_at_fault(sentence) == []
