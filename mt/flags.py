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
    "failed": Kind("Model failed", "The model broke off with an error; the Arabic stands in its place.", True, True),
    "empty": Kind("Nothing returned", "The model wrote nothing; the Arabic stands in its place.", True),
    "unfinished": Kind("Stopped early", "The output reached its length limit; its end may be missing.", True, True),
    "loop": Kind("Repeats itself", "The model said the same phrase again and again, which the source does not.", True),
    "arabic-left": Kind("Arabic left", "Part of the sentence was left in Arabic.", True),
    "too-short": Kind("Too short", "Far fewer words than the source has: something was probably left out.", True),
    "too-long": Kind("Too long", "Far more words than the source has: something was probably made up.", True),
    "number-missing": Kind("Number missing", "The source has a number that the English does not.", True),
    "term-missing": Kind(
        "Term missing", "A name or term of the source is not in the English in its known form.", True, True),
    "name-differs": Kind(
        "Name in another form",
        "A name is not in the English form that it has elsewhere in the article, or has two in one sentence.",
        True,
    ),
    "number-invented": Kind("Number invented", "The English has a number that the source does not.", True),
    "number-differs": Kind(
        "Number meant otherwise",
        "A number has another unit, sign, bound, month or half of the day in the English than in the source, or has "
        "changed places with another one, or another day of the week or another word like “hundreds” stands there.",
        True),
    "verbatim-missing": Kind("Not copied", "An address, tag, file or quotation is not as the source has it.", True),
    "name-missing": Kind("Name missing", "The source has a name that the English does not.", True),
    "name-invented": Kind("Name invented", "The English has a name that no word of the source explains.", True),
    "omission": Kind("Part left out", "Little or nothing in the English answers to a part of the source.", True),
    "cut-off": Kind("Cut off", "The source sentence comes to an end; the English breaks off.", True),
    "copied": Kind("Not translated", "The model returned the source instead of a translation.", True),
    "punctuation": Kind("Other punctuation", "A question or brackets stand on one side only."),
    "unsure": Kind(
        "Unsure", "The model itself held its words unlikely, a common sign of a made-up translation.", needs_run=True),
    # ---- of a whole translation
    "not-arabic": Kind("Not Arabic", "The article is not Arabic and was kept as it is."),
    # ---- of a summary and its sentences
    "extractive": Kind(
        "Taken from the article", "The model gave no usable sentence; the article's own stand in.", needs_run=True),
    "long": Kind("Long summary", "The article is so long that its parts were summarized one by one.", needs_run=True),
    "unsupported-number": Kind(
        "Number not in the article", "The article does not have this number, or gives it to something else."),
    "unsupported-name": Kind("Name not in the article", "The article does not have this name."),
    "mixed-name": Kind("Names mixed up", "The article has both names, but never together: perhaps two people as one."),
    "opposite": Kind(
        "Says the opposite", "The source seems to say the opposite of a word, or denies what the summary says.", True),
    "swapped-roles": Kind(
        "Roles exchanged",
        "In the source another does or says this, or has this office, or it is done to another.",
        True,
    ),
    "about-article": Kind("Speaks of the article", "The sentence says what the article does, not what happened."),
    "doubtful-source": Kind(
        "Rests on a doubtful sentence",
        "A sentence of the translation that it rests on has a doubt about what this one says.",
        needs_run=True,
    ),
    "summary-failed": Kind(
        "No summary", "The summary model broke off with an error; the translation is whole.", needs_run=True),
    "unchecked": Kind(
        "Not checked", "The model that compares summary and article failed on this sentence.", needs_run=True),
    "inconsistent": Kind(
        "Not borne out", "A second model finds that the article does not bear this sentence out.", needs_run=True),
}  # fmt: skip


def title(name: str) -> str:
    """The name as a reader sees it; a name that this version does not know (of a newer report) is only tidied."""
    if name in KINDS:
        return KINDS[name].title
    words = name.replace("_", " ").replace("-", " ")
    return f"{words[:1].upper()}{words[1:]}"
