import pytest

from mt.records import Generated
from mt.summaries.shapes import Size
from mt.summaries.tidying import Tidier

SIZE = Size(40, 2, 3)
ARTICLE = "Prices rose by nine percent in May. The minister blamed the drought. Farmers asked for help."


def tidied(text: str, *templates: str, style: str = "paragraph", article: str = ARTICLE) -> tuple[str, ...]:
    return Tidier(templates).tidy(Generated(text, -0.1, 9, 9, finished=True), style, SIZE, article).sentences


ASKED = (
    "You are an editor. Be brief.\nSummarize this article:\n\n{text}\n\nSummarize this article in {target_words} words:"
)


@pytest.mark.parametrize(
    "raw, wanted",
    [
        ("You are an editor. Sentence one. Be brief.", "Sentence one."),
        ("Summarize this article: Sentence one.", "Sentence one."),
        ("You are an editor; be brief: Summarize this article in 20 words:\n\nSentence one.", "Sentence one."),
        ("Be brief interviews, they said.", "Be brief interviews, they said."),
        ("The mayor told them: Be brief.", "The mayor told them: Be brief."),
    ],
)
def test_what_repeats_the_prompt_is_dropped_by_whole_sentences(raw, wanted):
    assert " ".join(tidied(raw, ASKED)) == wanted


@pytest.mark.parametrize(
    "template",
    [
        "---\n{text}\n---",
        "Article: {text}",
        "{text}",
        "Prices: {text}\nMinister",
        "{text} {target_words}",
        "{{}} {text}",
    ],
)
def test_no_prompt_takes_words_out_of_a_sentence(template):
    said = "Prices rose by nine percent --- in May. The article: the minister blamed it on the drought of May."
    assert " ".join(tidied(said, template)) == said


def test_a_sentence_of_the_prompt_that_the_article_has_stays():
    assert tidied("Farmers asked for help.", "Farmers asked for help. {text}") == ("Farmers asked for help.",)


@pytest.mark.parametrize(
    "raw, wanted",
    [
        ("The article says that prices rose.", "Prices rose."),
        ("This news report also highlights that the minister blamed the drought.", "The minister blamed the drought."),
        ("According to the article, prices rose.", "Prices rose."),
        ("The minister says that prices rose.", "The minister says that prices rose."),
    ],
)
def test_what_is_said_of_the_article_becomes_what_happened(raw, wanted):
    assert tidied(raw) == (wanted,)


def test_a_report_that_the_article_is_about_keeps_its_sentence():
    said = "The report says that prices rose."
    assert tidied(said, article="The bank's report says prices rose.") == (said,)


@pytest.mark.parametrize(
    "raw, wanted",
    [
        ("Here are the facts:\n- Prices rose.\n- The minister blamed the drought.", 2),
        ("1. Prices rose.\n2. The minister spoke. He blamed the drought.\n3. Farmers asked.\n4. It rained.", 3),
        ("Prices rose. The minister blamed the drought.", 2),
    ],
)
def test_points_are_lines_and_no_more_than_asked_for(raw, wanted):
    points = tidied(raw, style="bullets")
    assert len(points) == wanted
    assert points[0] == "Prices rose."


@pytest.mark.parametrize(
    "raw, wanted",
    [
        ('Headline: "Prices Rise by Nine Percent"', "Prices Rise by Nine Percent"),
        ("**Prices rise.**\n\nThe minister blamed the drought.", "Prices rise"),
        ("The article: Prices Rise", "Prices Rise"),
        ("# Prices rise in the U.S.", "Prices rise in the U.S."),
        ('"Drought" and "war" raise prices', '"Drought" and "war" raise prices'),
    ],
)
def test_a_headline_is_one_bare_line(raw, wanted):
    assert tidied(raw, style="headline") == (wanted,)


def test_initials_are_written_as_in_the_article():
    article = "The U.S. envoy left. John F. K. Adams stayed."
    said = "The U. S. envoy left, and John F. K. Adams stayed in the U. K. office."
    assert tidied(said, article=article) == (said.replace("U. S.", "U.S."),)


@pytest.mark.parametrize("style", ["paragraph", "bullets"])
def test_a_line_that_announces_the_summary_is_dropped(style):
    raw = "A news agency would send the following summary:\n\nPrices rose in May.\nThe minister told them: wait."
    assert " ".join(tidied(raw, style=style)) == "Prices rose in May. The minister told them: wait."
