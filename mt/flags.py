"""The doubts that mt can have, by name: what each says to a reader, and whether another try may cure it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of doubt.

    `repairable`: another decoding, finer pieces or another model may do better. `needs_run`: nobody can see it in the
    text alone; a model, a glossary or the translation under a summary has to say, so that only a run can raise it.
    """

    title: str
    explanation: str
    """For a reader who knows nothing of models, in one or two sentences."""
    repairable: bool = False
    needs_run: bool = False


KINDS: Mapping[str, Kind] = {
    # ---- of a translated segment
    "failed": Kind("Model failed", "The model failed with an error; the Arabic is shown instead.", True, True),
    "empty": Kind("Nothing returned", "The model wrote nothing; the Arabic is shown instead.", True),
    "unfinished": Kind("Stopped early", "The output reached its length limit; its end may be missing.", True, True),
    "loop": Kind("Repeats itself", "The model repeats a phrase that the source does not repeat.", True),
    "arabic-left": Kind("Arabic left", "Part of the sentence was left in Arabic.", True),
    "too-short": Kind("Too short", "Far fewer words than in the source: something was probably left out.", True),
    "too-long": Kind("Too long", "Far more words than in the source: something was probably made up.", True),
    "number-missing": Kind("Number missing", "The source has a number that the English does not.", True),
    "term-missing": Kind(
        "Term missing", "The English does not have a name or term of the source in its known form.", True, True),
    "name-differs": Kind(
        "Name in another form",
        "A name has another English form here than elsewhere in the article, or two forms in one sentence.",
        True,
    ),
    "number-invented": Kind("Number invented", "The English has a number that the source does not.", True),
    "number-differs": Kind(
        "Number differs",
        "The English gives a number another unit, sign, bound, month or half of the day than the source, exchanges it "
        "with another one, or has another day of the week or another word like “hundreds”.", True),
    "kind-differs": Kind(
        "Another of its kind", "It names another one than the source: son for brother, silver for gold.", True),
    "qualifier-missing": Kind(
        "Qualifier missing",
        "The source says former, deputy, acting, perhaps or the like; nothing in the English does.", True),
    "qualifier-invented": Kind(
        "Qualifier invented",
        "The English calls an office former, deputy or acting; nothing in the source does.", True),
    "verbatim-missing": Kind("Not copied", "An address, tag, file name or quotation differs from the source.", True),
    "name-missing": Kind("Name missing", "The source has a name that the English does not.", True),
    "name-invented": Kind("Name invented", "The English has a name that no word of the source explains.", True),
    "omission": Kind("Part left out", "Little or nothing in the English corresponds to a part of the source.", True),
    "cut-off": Kind("Cut off", "The source sentence is complete; the English stops in the middle.", True),
    "copied": Kind("Not translated", "The model returned the source instead of a translation.", True),
    "punctuation": Kind("Other punctuation", "Only one of the two languages has a question or brackets."),
    "unsure": Kind(
        "Unsure",
        "The model gave its own words a low probability, a common sign of an invented translation.",
        needs_run=True,
    ),
    # ---- of a whole translation
    "not-arabic": Kind("Not Arabic", "The article is not Arabic and was kept as it is."),
    # ---- of a summary and its sentences
    "extractive": Kind(
        "Taken from the article",
        "The model gave no usable sentence; sentences of the article are used instead.",
        needs_run=True,
    ),
    "long": Kind("Long summary", "The article is so long that its parts were summarized one by one.", needs_run=True),
    "few-points": Kind(
        "Fewer points", "Fewer points than asked for: the article says no more, or what was written was not used.",
        needs_run=True),
    "unsupported-number": Kind(
        "Number not in the article", "The article does not have this number, or gives it to something else."),
    "unsupported-name": Kind("Name not in the article", "The article does not have this name."),
    "mixed-name": Kind(
        "Names mixed up",
        "The article has the names, but never together, or another one in this place.",
    ),
    "opposite": Kind(
        "Says the opposite", "The source seems to say the opposite of a word, or denies what the summary says.", True),
    "swapped-roles": Kind(
        "Roles exchanged",
        "In the source someone else does or says this or has this office, or it is done to someone else.",
        True,
    ),
    "planned": Kind("Plan told as done", "The article has this only as a plan, an offer or something to come.", True),
    "alleged": Kind(
        "Allegation told as fact", "The article has this only as an allegation, a suspicion or a possibility."),
    "office-differs": Kind(
        "Office differs", "The article calls this person a former, deputy or acting holder of the office."),
    "other-title": Kind(
        "Title of something else", "The title shares no word with the article; the summary was made without it.",
        needs_run=True),
    "about-article": Kind("Describes the article", "The sentence says what the article does, not what happened."),
    "doubtful-source": Kind(
        "Based on a doubtful sentence",
        "It is based on a sentence of the translation that has a doubt about the same fact.",
        needs_run=True,
    ),
    "summary-failed": Kind(
        "No summary", "The summary model failed with an error; the translation is complete.", needs_run=True),
    "unchecked": Kind(
        "Not checked", "The model that compares summary and article failed on this sentence.", needs_run=True),
    "inconsistent": Kind(
        "Not supported", "According to a second model, the article does not support this sentence.", needs_run=True),
}  # fmt: skip


def title(name: str) -> str:
    """The name as a reader sees it; a name that this version does not know (of a newer report) is only tidied."""
    if name in KINDS:
        return KINDS[name].title
    words = name.replace("_", " ").replace("-", " ")
    return f"{words[:1].upper()}{words[1:]}"
