"""Which language a text is in: the scripts of its letters first, then the letters themselves, then py3langid.

py3langid (a Naive Bayes model over byte n-grams, Lui and Baldwin 2012, inside its wheel; nothing is fetched) is loaded
only where these leave a choice: Latin, Cyrillic and other scripts of many languages, and Arabic script without the
marks of one language, which are mostly texts of a few words.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from mt.language.common import common_words
from mt.language.folding import SPELLINGS
from mt.text.damage import in_visual_order


@dataclass(frozen=True, slots=True)
class Language:
    """The language found: an ISO 639-1 code, or `und` for a text without letters or of an unknown script.

    `arabic_share` is the share of Arabic-script letters among all letters, 0 to 1; `reason` a clause for the reader
    of an error message.
    """

    code: str
    arabic_share: float
    reason: str


_ONE_LANGUAGE = {"HEBREW": "he", "HANGUL": "ko", "GREEK": "el", "THAI": "th", "ARMENIAN": "hy", "GEORGIAN": "ka"}
_EAST_ASIAN = ("HAN", "HIRAGANA", "KATAKANA")
_ENGLISH_NAMES = {
    "ar": "Arabic", "fa": "Persian", "ur": "Urdu", "ps": "Pashto", "ug": "Uyghur", "ku": "Kurdish", "pa": "Punjabi",
    "sd": "Sindhi", "ms": "Malay", "he": "Hebrew", "ko": "Korean", "el": "Greek", "th": "Thai", "hy": "Armenian",
    "ka": "Georgian", "ja": "Japanese", "zh": "Chinese",
}  # fmt: skip
"""Of the languages that letters tell, and of those in Arabic script. Which language Latin letters are in is not told:
a guess about a short text is mostly wrong, and that they are Latin says enough."""
_IN_ARABIC_SCRIPT = ("ar", "fa", "ur", "ps", "ug", "ku", "pa", "arz", "ary")
_PER_LETTERS = {
    "ur": "ٹڈڑےںہھ",
    "ps": "ټډړږښۍېځڅګڼ",
    "ku": "ێۆڵڕە",
    "ug": "ېۇۈۋەڭ",
    "sd": "ڄڃٻڀٽٺڊڍڌڳڱڻ",
    "ms": "ڠڽݢۏ",
}
"""Letters that Arabic and Persian lack, for each language of the script; Urdu's ہ and ے alone make a tenth of it."""

_VISUAL = (
    "the letters stand in visual order (words begin with ة or ى, and end with the article), as some programs extract "
    "them from PDF; extract the text in logical order"
)
_PERSIAN = "پچژگ"
_NOT_ARABIC = frozenset("پچژگکیہۀ" + "".join(_PER_LETTERS.values()))
_ALIKE = str.maketrans("کیہ", "كي\u0647")
_FUNCTION_WORDS = frozenset(
    "في فى على إلى الى علي إلي الي أن إن ان عن التي الذي الذين التى الذى هذا هذه ذلك تلك كان كانت لم لن بين حيث لكن "
    "منذ خلال عند قد وقد قال وقال وفي وفى وعلى وهو وهي وأن وإن وكان أنه أنها إنه إنها فيه فيها عليه عليها "
    "له لها".split()
)
_ARTICLES = ("ال", "وال", "بال", "فال", "كال", "لل", "ولل", "«ال", "(ال", '"ال', "“ال", "وبال", "أل")
_SURE = 0.2
"""Share of words with the article or of particles from which no other language is asked for."""
_NONE = 0.05
_COMMON = 0.5
"""Share of words that are common in Arabic, which a text without ة أ إ must have to pass for it."""
_ENOUGH = 8
"""Words of a text in which one Arabic word in twenty must be found; a short headline may have none."""
_ARABIC_ALONE = "ةأإ"
_ARABIC_SPELLING = "ةأإىؤ"


@lru_cache(maxsize=128)
def detect(text: str) -> Language:
    """The language of most of a text's letters; the whole text is looked at once, and remembered for the next stage.

    Without py3langid it takes about 0.3 ms for a news article. py3langid decides for scripts of many languages, and for
    Arabic script that has neither the spelling of Arabic nor the letters of another language.
    """
    counts = Counter(text)
    scripts: Counter[str] = Counter()
    for character, count in counts.items():
        if script := _script(character):
            scripts[script] += count
    total = scripts.total()
    if not total:
        return Language("und", 0.0, "it has no letters")
    share = scripts["ARABIC"] / total
    if share >= 0.5:
        return Language(*_of_arabic_script(text, counts, scripts["ARABIC"], share))
    script, most = scripts.most_common(1)[0]
    code = _of_other_script(text, script, scripts)
    told = _looks(code) if script in _ONE_LANGUAGE or script in _EAST_ASIAN else ""
    return Language(code, share, f"{_percent(most / total)} of the letters are {script.title()}{told}")


@cache
def _script(character: str) -> str:
    """The first word of a letter's Unicode name, which names its script; empty for what is no letter."""
    if not character.isalpha() or character == "ـ":
        return ""
    name = unicodedata.name(character, "UNKNOWN").split()[0]
    return {"CJK": "HAN"}.get(name, name)


def _of_other_script(text: str, script: str, scripts: Mapping[str, int]) -> str:
    if script in _EAST_ASIAN:
        kana = scripts.get("HIRAGANA", 0) + scripts.get("KATAKANA", 0)
        return "ja" if kana * 20 > scripts.get("HAN", 0) else "zh"
    return _ONE_LANGUAGE.get(script) or _guess(text)


def _of_arabic_script(text: str, counts: Mapping[str, int], letters: int, share: float) -> tuple[str, float, str]:
    def part(of: Collection[str]) -> float:
        return sum(counts.get(letter, 0) for letter in of) / letters

    if in_visual_order(text):
        return "und", share, _VISUAL
    lead = f"{_percent(share)} of the letters are Arabic script"
    words = text.translate(_ALIKE).split()
    evidence = sum(word in _FUNCTION_WORDS or word.startswith(_ARTICLES) for word in words) / len(words)
    if evidence >= _SURE:
        return "ar", share, f"{lead} and spelled as in Arabic{_looks('ar')}"
    code, own = max(((code, part(of)) for code, of in _PER_LETTERS.items()), key=lambda pair: pair[1])
    if own >= 0.03:
        return code, share, f"{lead}, {_percent(own)} of these are letters that Arabic does not have{_looks(code)}"
    spelled = part(_ARABIC_SPELLING) >= 0.01
    persian = part(_PERSIAN)
    if persian >= 0.01 and not (spelled and _with_article(text)):
        return "fa", share, f"{lead}, {_percent(persian)} of these are پ چ ژ گ{_looks('fa')}"
    if len(words) >= _ENOUGH and evidence < _NONE and _known(words) < (_SURE if part(_ARABIC_ALONE) else _COMMON):
        if _guess(text, _IN_ARABIC_SCRIPT) == "fa":
            return "fa", share, f"{lead}{_looks('fa')}"
        return "und", share, f"{lead}, but hardly a word has the article ال or is a common word of Arabic"
    if spelled and _with_article(text):
        return "ar", share, f"{lead} and spelled as in Arabic{_looks('ar')}"
    if len(words) < _ENOUGH and not part(_NOT_ARABIC):  # too few words for a guess
        return "ar", share, f"{lead}, and none of them is a letter that Arabic does not have"
    code = {"arz": "ar", "ary": "ar"}.get(guessed := _guess(text, _IN_ARABIC_SCRIPT), guessed)
    return code, share, f"{lead}{_looks(code)}"


def _known(words: Sequence[str]) -> float:
    """The share of common Arabic words among those of three letters or more; they may have و, ب or ل before them."""
    folded = [word.strip('.,،؛:!؟"«»()').translate(SPELLINGS) for word in words]
    long = [word for word in folded if len(word) > 2]
    known = sum(not common_words().isdisjoint((word, word[1:] if word[0] in "وبل" else word)) for word in long)
    return known / max(1, len(long))


def _with_article(text: str) -> bool:
    """Whether at least one word in 16 has the Arabic article; in Persian and Urdu fewer than one in 50 has."""
    words = text.split()
    prefixes = ("ال", "وال", "بال", "فال", "كال", "لل", "ولل", "«ال", "(ال", '"ال', "“ال")
    return 16 * sum(word.startswith(prefixes) for word in words) >= len(words)


def _guess(text: str, among: Collection[str] = ()) -> str:
    """py3langid's best language of those named, or of all with a two-letter code (ISO 639-1)."""
    from py3langid import rank  # numpy and a model of 5 MB: only when asked

    for code, _ in rank(text[:20_000]):
        if code in among or (not among and len(code) == 2):
            return str(code)
    return "und"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _looks(code: str) -> str:
    return f"; the language seems to be {_ENGLISH_NAMES[code]}" if code in _ENGLISH_NAMES else ""
