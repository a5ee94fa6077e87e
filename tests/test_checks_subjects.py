import pytest

from mt.checks import check_subjects

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
