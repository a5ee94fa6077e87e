import pytest

from mt.checks import check_roles

LI = (
    "Chinese Premier Li Keqiang pledged on Thursday a better link between the Silk Road and the policy of Kazakhstan.",
    "Li said cooperation in production meets the need of the two countries.",
    "Li stressed that both sides are ready to strengthen mutual confidence.",
    "For his part, Sajintayev said that Kazakhstan wants to link its new policy to the Silk Road initiative.",
    "He added that his country would seek more cultural exchanges with China.",
    "Li thanked Sajintayev for the welcome, and Sajintayev invited Li to the car plant.",
    "The agreement was praised by Nazarbayev in Astana.",
    "Karimov urged Rahmon to open the border.",
    "Real Madrid beat Valencia in the final on Sunday.",
    "Yildirim was accused by Demirtas of breaking his word.",
    "Obama told Putin that the talks were over.",
    "Hollande visited Merkel in Berlin.",
)

SWAPS = [
    # what a summary may say, and the same with its roles exchanged
    ("Li thanked Sajintayev for the welcome.", "Sajintayev thanked Li for the welcome."),
    ("Sajintayev invited Li to the car plant.", "Li invited Sajintayev to the car plant."),
    ("Karimov urged Rahmon to open the border.", "Rahmon urged Karimov to open the border."),
    ("Real Madrid beat Valencia in the final.", "Valencia beat Real Madrid in the final."),
    ("Valencia was beaten by Real Madrid in the final.", "Real Madrid was beaten by Valencia in the final."),
    ("Demirtas accused Yildirim of breaking his word.", "Yildirim accused Demirtas of breaking his word."),
    ("Yildirim was accused by Demirtas.", "Demirtas was accused by Yildirim."),
    ("Obama told Putin that the talks were over.", "Putin told Obama that the talks were over."),
    ("Hollande visited Merkel in Berlin.", "Merkel visited Hollande in Berlin."),
    ("Hollande was visiting Merkel in Berlin.", "Merkel was visiting Hollande in Berlin."),
    ("Demirtas is accusing Yildirim of breaking his word.", "Yildirim is accusing Demirtas of breaking his word."),
    ("Nazarbayev praised the agreement in Astana.", None),
    ("Li stressed that both sides are ready.", "Rahmon stressed that both sides are ready to strengthen confidence."),
    ("Li said cooperation meets the need.", "Putin said cooperation in production meets the need of both countries."),
    ("Sajintayev said Kazakhstan wants to link its policy.", "Merkel said Kazakhstan wants to link its new policy."),
]


def judged(sentence: str):
    return check_roles(sentence, _support(sentence), "\n".join(LI))


def _support(sentence: str):
    from mt.checks import find_support

    return [LI[i] for i in find_support(sentence, LI)]


@pytest.mark.parametrize("right", [right for right, _ in SWAPS])
def test_the_articles_roles_are_right_in_both_voices(right):
    assert judged(right) is None


@pytest.mark.parametrize("wrong", [wrong for _, wrong in SWAPS if wrong])
def test_exchanged_roles_are_seen(wrong):
    flag = judged(wrong)
    assert flag is not None
    assert flag.name == "swapped-roles"


@pytest.mark.parametrize(
    "sentence",
    [
        "Merkel met Hollande in Berlin.",  # both met
        "Sajintayev added that Kazakhstan seeks more cultural exchanges with China.",  # "he added"
        "According to Nazarbayev, the agreement is good.",
        "Li's adviser thanked Li.",
    ],
)
def test_what_cannot_be_read_is_not_judged(sentence):
    assert judged(sentence) is None


PRAISE = "In praising Kazakhstan as a friendly neighbor of China, Li said that relations have made wide steps."


@pytest.mark.parametrize(
    "article, sentence",
    [
        (PRAISE, "Sajintayev praised Kazakhstan as a friendly neighbor."),
        ("While visiting Oslo, President Macron met the king.", "Merkel visited Oslo."),
        ("Karimov thanked Astana.", "Rahmon thanked Astana."),
    ],
)
def test_a_deed_that_the_article_gives_to_another_is_caught(article, sentence):
    flag = check_roles(sentence, [article], article)
    assert flag is not None
    assert flag.name == "swapped-roles"


@pytest.mark.parametrize(
    "article, sentence",
    [
        (PRAISE, "Li praised Kazakhstan."),
        (f"{PRAISE} Sajintayev praised Kazakhstan, too.", "Sajintayev praised Kazakhstan."),
        ("After praising Peru, the talks with Chile went on, Li said.", "Li praised Peru."),
        ("He was praising Peru, Li said.", "Wang praised Peru."),
    ],
)
def test_a_deed_that_the_article_gives_to_both_or_to_nobody_clear_is_not_flagged(article, sentence):
    assert check_roles(sentence, [article], article) is None


LAWSUIT = "Joss Whedon is now facing a lawsuit accusing him of stealing the idea. He is suing for ten million dollars."


@pytest.mark.parametrize(
    "article, sentence",
    [
        (LAWSUIT, "Joss Whedon is suing a novelist."),
        ("The mayor of Lima said Garcia was arrested on Monday.", "Garcia arrested two officials."),
        ("Chevron faces criticism for its plan.", "Chevron criticized the plan."),
    ],
)
def test_who_does_what_the_article_says_is_done_to_him_is_caught(article, sentence):
    flag = check_roles(sentence, [article], article)
    assert flag is not None
    assert (flag.name, "in the article it is done to" in flag.detail) == ("swapped-roles", True)


@pytest.mark.parametrize(
    "article, sentence",
    [
        (LAWSUIT, "Joss Whedon is facing a lawsuit."),
        (LAWSUIT, "Joss Whedon was sued."),
        ("Garcia was arrested on Monday. Garcia arrested nobody.", "Garcia arrested two officials."),
        ("Garcia was attacked. Peru was attacked by Garcia.", "Garcia attacked Peru."),
        ("Garcia was attacked. The army attacked Lima.", "Garcia attacked Lima."),  # somebody attacked Lima
    ],
)
def test_who_does_it_in_the_article_too_is_not(article, sentence):
    flag = check_roles(sentence, [article], article)
    assert flag is None or "it is done to" not in flag.detail
