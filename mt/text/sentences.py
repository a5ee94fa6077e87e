"""Sentence segmentation with spans, for Arabic news with English in it and for English.

Every run of stops is a candidate; a rule for its kind (full stop, question or exclamation mark, dots) decides whether
it ends a sentence. The script of the letters around a stop picks the rule, so one segmenter serves both languages.
Comma, semicolon and colon never end a sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from mt.language.common import common_words
from mt.language.folding import SPELLINGS
from mt.language.letters import FORMS, SCRIPT
from mt.records import Segment

SEGMENTATION_VERSION = "3"
"""Part of a report's signature; raised whenever a boundary moves for some text."""

# ---------------------------------------------------------------- what the rules know about the languages


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ARABIC = SCRIPT + FORMS
_DOMAINS = _words("كوم نت أورغ")
"""Ends of domain names in Arabic letters: سوق. كوم is one name."""

_CLAUSE = re.compile(f"[وف][{_ARABIC}]{{2,}}")
"""A word with a leading و or ف: the way most Arabic sentences open."""

_ROOT_WAW = _words(
    "وافق واصل وقع وصل واجه ودع وعد وفر ولد وزع وضع وجه وفد وزير وكيل وكالة ورشة وباء وفاة وثيقة وعود وصول وفود وزراء "
    "وحدة فاز فقد فتح فرض فشل فصل فعل فكر فهم فرق فريق فرنسا فلسطين فيروس فاجأ فحص فوزا فصائل فور فوق فقط فئة فتى فني"
)
"""Words whose own first letter is و or ف; with others that are common in news, these open no clause."""

_CARRIES_ON = _words("في من على إلى الى عن مع حتى لدى بين أو خلال ضمن عبر حول")
"""After إلخ. these carry its sentence on."""

_TITLES_AR = _words("أ.د ا.د أ.م.د أ.م م.م د.م د.أ م.د")
"""Dotted titles, which always stand before a name; single letters (د. م. أ.) are recognized by their length."""

_SPELLED = _words(
    "إيه ايه أيه اي إي آي أي بي سي دي إف اف أف جي جيه إتش اتش أتش كيه كي إل ال أل إم ام أم إن ان أن أو او كيو آر ار "
    "إس اس أس تي يو في دبليو إكس اكس أكس واي زد زي"
)
"""Arabic names of Latin letters, as in بي.بي.سي; some are words too, but words that end no sentence."""

_SPELLED_INITIALS = _words("إف جيه إتش اتش إس إل آر دبليو كيه كيو دي سي تي إم")
"""Those of them that are hardly words, so that جون إف. كينيدي is one name."""

_TITLES = _words(
    "Mr Mrs Ms Dr Prof Gen Col Sgt Capt Cpt Lt Maj Rev Hon Sen Rep Gov Pres Mt Ft Fr Msgr Amb Adm Brig Cmdr Supt Insp "
    "vs cf al approx est e.g i.e Messrs Mme Mlle"
)
"""Latin abbreviations that need something after them."""

_BEFORE_NUMBER = _words("No Nos no nos Fig fig p pp vol Vol art Art sec Sec ch Ch")
_MAY_END = _words(
    "Inc Ltd Corp Co Bros Jr Sr Esq St Ave Blvd Rd etc Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec "
    "Mon Tue Tues Wed Thu Thur Thurs Fri Univ Dept Assn Calif Fla Mass Pa Ph.D"
)
"""Latin abbreviations that end a sentence only when a word follows that usually opens one."""

_OPENERS = _words(
    "The A An This That These Those He She It They We I You In On At And But So If When While After Before As For From "
    "However There Then What Who Why How His Her Its Their Our My Not No Yes Some Many Most Other Another Both "
    "Meanwhile Since Although Though According"
)

# ---------------------------------------------------------------- marks

_STOPS = ".!?؟۔…‼⁇⁈⁉⸮。！？"
_RUN = re.compile(rf"[{_STOPS}](?: ?[{_STOPS}])*")
_EMOJI = "[\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff\U000e0020-\U000e007f]"
_TAIL = re.compile(rf"(?: ?[»”’›)\]}}]| ?{_EMOJI}|\[\d{{1,3}}\]|(?<!\s)[{_STOPS}]|(?<!\s)\"|(?<!\s)'(?!\w))*")
"""What belongs to the sentence after its stops: closing marks, footnote numbers, emoji."""

_NOT_AFTER_END = frozenset("،,؛;:/»”’›)]}%٪_=&")
"""A sentence cannot open with these, so a stop before them is part of a phrase."""

_TOKEN = re.compile(
    r"(?:https?|ftp)://[^\s«»“”\"<>()]+|www\.[^\s«»“”\"<>()]+|[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+"
    r"|(?<![A-Za-z0-9-])[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.(?:[a-z0-9]{2,}|[A-Z]{2,})(?![A-Za-z])[/\w?=&#.-]*"
)
"""Web and e-mail addresses, domains, file names; stops at the end of one are not part of it."""

_PAIR_LIMIT = {"(": 80, "[": 80, "{": 80, "«": 40, "“": 40, '"': 40}
"""Stops inside brackets and quotes at most so long (characters) end nothing: «كفى. لا نريد حربا» is one phrase."""

_CLOSES = {")": "(", "]": "[", "}": "{", "»": "«", "”": "“"}
_PAIR_MARK = re.compile(r"[()\[\]{}«»“”\"]")
_LIST_LABEL = re.compile(rf"\W*(?:\d{{1,3}}|[{_ARABIC}]|[A-Za-z])\W*")
_WORDS = re.compile(r"\w[\w'’-]*")
_CONTENT = re.compile(r"\w")
_LEFT = re.compile(r"[\w.'’-]*\Z")
_CELL = re.compile("[^\t]+")
_LINE = re.compile("[^\n\r\x0b\x0c\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class _Stop:
    """A run of stops in a line: `line[begin:end]`, and `after`, where the closing marks behind it end."""

    begin: int
    end: int
    after: int


# ---------------------------------------------------------------- segmentation


def segment(text: str) -> tuple[Segment, ...]:
    """The sentences of a cleaned text, in order; each lies within a line and has no outer white space.

    Tabs part the cells of a table; no sentence reaches over one.

    Between the spans lies nothing but white space, so no character is lost. `paragraph` counts the lines that hold
    more than white space, from 0. Time is linear in the text.

    >>> [s.text for s in segment("وصل د. سامي. هل ربح ٣٫٧ نقطة؟نعم!")]
    ['وصل د. سامي.', 'هل ربح ٣٫٧ نقطة؟', 'نعم!']
    """
    segments: list[Segment] = []
    lines = (line for line in _LINE.finditer(text) if not line[0].isspace())
    for paragraph, line in enumerate(lines):
        for cell in _CELL.finditer(text, line.start(), line.end()):
            for start, end in _spans(cell[0]):
                start, end = start + cell.start(), end + cell.start()
                segments.append(Segment(paragraph, start, end, text[start:end]))
    return tuple(segments)


def segment_english(text: str) -> tuple[Segment, ...]:
    """The sentences of an English text: the rules and promises of `segment`, which go by the script of the letters."""
    return segment(text)


def english_sentences(text: str) -> tuple[str, ...]:
    """The texts of `segment_english`.

    >>> english_sentences("Dr. Smith paid $3.5 to U.S. officials. Why?")
    ('Dr. Smith paid $3.5 to U.S. officials.', 'Why?')
    """
    return tuple(s.text for s in segment_english(text))


def _spans(line: str) -> list[tuple[int, int]]:
    """Stripped spans of the sentences in one line; a piece without a letter or digit joins the one before it."""
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in [*_cuts(line), len(line)]:
        piece = line[start:cut]
        begin = start + len(piece) - len(piece.lstrip())
        end = begin + len(piece.strip())
        if begin < end:
            if spans and not _CONTENT.search(piece):
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((begin, end))
        start = cut
    return spans


def _cuts(line: str) -> Iterator[int]:
    """Positions in a line after which a new sentence starts, ascending."""
    protected: _Protected | None = None
    start, content = 0, _content(line, 0)
    for run in _RUN.finditer(line):
        if run.start() < content:
            continue
        stop = _Stop(run.start(), run.end(), _after(line, start, run.end()))
        if stop.after >= len(line):
            return
        if not _ends(line, start, stop):
            continue
        protected = protected or _Protected(line)
        if not protected.holds(stop):
            yield stop.after
            start, content = stop.after, _content(line, stop.after)


def _content(line: str, start: int) -> int:
    """Position of the next letter or digit: a stop before it has nothing to end."""
    match = _CONTENT.search(line, start)
    return match.start() if match else len(line)


def _after(line: str, start: int, end: int) -> int:
    """Where the closing marks behind a stop end; a straight quote between two words closes if one is open."""
    tail = _TAIL.match(line, end)
    after = tail.end() if tail else end
    if (
        line[after - 1] == '"'
        and after > end
        and line[after : after + 1].isalnum()
        and line.count('"', _back(start, after), after) % 2
    ):
        after -= 1
    return after


def _ends(line: str, start: int, stop: _Stop) -> bool:
    following = line[stop.after : stop.after + 2].lstrip()[:1]
    if following in _NOT_AFTER_END or line[stop.begin - 1] in "([{«“":
        return False
    marks = set(line[stop.begin : stop.end]) - {" "}
    if marks - {".", "…"}:
        return _mark_ends(line, start, stop)
    if marks == {"."} and line.count(".", stop.begin, stop.end) == 1:
        return _full_stop_ends(line, start, stop)
    return _ellipsis_ends(line, start, stop)


# ---------------------------------------------------------------- the rule of each kind of stop


def _mark_ends(line: str, start: int, stop: _Stop) -> bool:
    """Question and exclamation marks end, but for those in a quote or bracket after which the sentence runs on."""
    word = _next_word(line, stop.after)
    if word[:1].islower():
        return False
    if _closed_by(line, stop) is None:
        return _opens_sentence(line, stop)
    start = _back(start, stop.begin)
    opener = max(line.rfind(mark, start, stop.begin) for mark in '«“"([')
    said = line[start : max(opener, start)].rstrip()
    return word[:1].isupper() or _CLAUSE.match(word) is not None or (said.endswith(":") and not _said_after(word))


def _said_after(word: str) -> bool:
    """قال, سأل, أجاب … directly after a quote carry its sentence on."""
    return word in _SAYING


_SAYING = _words("قال قالت سأل سألت تساءل تساءلت أجاب أجابت يقول تقول أضاف أضافت صرخ صاح هتف")


def _ellipsis_ends(line: str, start: int, stop: _Stop) -> bool:
    """Two and more dots end where at least three words stand on both sides; fewer make a label or a pause.

    Three dots with a space on either side part the halves of a verse or mark an omission: no end.
    """
    dots = line[stop.begin : stop.end]
    word = _next_word(line, stop.after)
    english = word[:1].isascii() and word[:1].isalpha()
    if english and not word[:1].isupper():
        return False
    if stop.begin and line[stop.begin - 1] == " " and line[stop.after] == " " and dots != "..":
        return False
    said = _left_word(line, stop.begin).lstrip("وف") in _SAYING
    paused = line[max(start, stop.begin - 2) : stop.begin].rstrip()[-1:] in ("،", ",")
    if said or paused or word in _RUNS_ON or not _opens_sentence(line, stop):
        return False
    least = 2 if english else 3
    right = re.split(f"[{_STOPS}]", line[stop.after : stop.after + 60], maxsplit=1)[0]
    return all(len(_WORDS.findall(side)) >= least for side in (line[max(start, stop.begin - 60) : stop.begin], right))


_RUNS_ON = _words("أو أم أن إلى إلخ الخ الذي التي الذين")
"""After dots these carry the sentence on; after a full stop writers do open sentences with them."""


def _full_stop_ends(line: str, start: int, stop: _Stop) -> bool:
    """One full stop ends unless it stands in a number, a label, an abbreviation or an initial."""
    left = _left_word(line, stop.begin)
    last = left.rsplit(".", 1)[-1]
    if _in_number(line, stop) or _is_label(line, start, stop.begin) or not _opens_sentence(line, stop):
        return False
    if not last:
        return True
    word = _next_word(line, stop.after)
    if last.isdigit():
        return _number_ends(line, stop, last)
    if last[0].isascii():
        return _latin_ends(left, last, word)
    return not word[:1].islower() and _arabic_ends(line, stop, left, word)


def _in_number(line: str, stop: _Stop) -> bool:
    """3.5, 15 .224, 3 . 11 . 2016, and the .5 of a number without its zero."""
    ahead = re.compile(r" ?\d").match(line, stop.end)
    if not ahead:
        return False
    before = line[max(0, stop.begin - 2) : stop.begin]
    tight = ahead[0][0] != " "
    if before[-1:].isdigit() or before.strip() == "و":
        return tight
    return before[-1:] == " " and (tight or before[:1].isdigit())


def _is_label(line: str, start: int, end: int) -> bool:
    """1. or أ. at the start of a sentence."""
    return end - start <= 12 and _LIST_LABEL.fullmatch(line, start, end) is not None


def _number_ends(line: str, stop: _Stop, number: str) -> bool:
    """1.إجمالي after a colon is a list label; a number with a stop otherwise ends."""
    tight = stop.after == stop.end and line[stop.end].isalpha()
    lead = line[max(0, stop.begin - len(number) - 2) : stop.begin - len(number)].rstrip()
    return not (tight and len(number) <= 2 and lead[-1:] in (":", "؛", "،", ""))


def _arabic_ends(line: str, stop: _Stop, left: str, word: str) -> bool:
    """A full stop after an Arabic word ends, but not after a title, an initial or the spelled name of a letter."""
    tight = not line[stop.after].isspace()
    parts = left.split(".")
    bare = parts[0][1:] if len(parts[0]) == 2 and parts[0][0] in "ولب" else parts[0]
    dotted = [bare, *parts[1:]]
    if ".".join(dotted) in _TITLES_AR:
        return False
    if word in _DOMAINS:
        return False
    if len(parts) == 1 and parts[0][:1] == "و" and bare in ("د", "أ", "م"):
        return False
    last = parts[-1]
    if last in ("إلخ", "الخ"):
        return word not in _CARRIES_ON and not re.match("[بل]ال|لل", word)
    if len(last.rstrip("ـ")) == 1:
        return _letter_ends(line, stop, parts, word)
    if last in _SPELLED or (tight and last[0] in "وبل" and last[1:] in _SPELLED):
        return _spelled_ends(line, stop, parts, word)
    return True


def _opens_clause(word: str) -> bool:
    """Whether و or ف stands before a word, and is no letter of it: وقال, والوزير, but not وقف and فوز."""
    if _CLAUSE.match(word) is None or word in _ROOT_WAW:
        return False
    return word[1:].startswith("ال") or word.translate(SPELLINGS) not in common_words()


def _letter_ends(line: str, stop: _Stop, parts: list[str], word: str) -> bool:
    """ق.م. ends before a clause, م. and هـ. after a number (metres, years); a letter alone is an initial or a title."""
    tight = not line[stop.after].isspace()
    if len(parts) > 1:
        return not tight and _opens_clause(word)
    if tight and len(word) == 1:
        return False
    return re.search(r"\d\s*\Z", line[max(0, stop.begin - 6) : stop.begin - len(parts[0])]) is not None


def _spelled_ends(line: str, stop: _Stop, parts: list[str], word: str) -> bool:
    """بي.بي.سي. and سي. إن. إن. end before a clause; a spelled letter before another one never ends."""
    last = parts[-1]
    if not line[stop.after].isspace() or word in _SPELLED:
        return False
    lead = line[max(0, stop.begin - len(last) - 34) : stop.begin - len(last)]
    chained = lead.endswith(". ") and _left_word(lead, len(lead) - 2) in _SPELLED
    dotted = len(parts) > 1 and all(part in _SPELLED for part in parts[1:])
    return not (chained or dotted or last in _SPELLED_INITIALS) or _opens_clause(word)


def _latin_ends(left: str, last: str, word: str) -> bool:
    opens = word in _OPENERS or _CLAUSE.match(word) is not None
    if word[:1].islower() or left in _TITLES or last in _TITLES:
        return False
    if last in _BEFORE_NUMBER:
        return not word[:1].isdigit()
    if left in _MAY_END or last in _MAY_END or re.fullmatch(r"(?:[A-Za-z]\.)*[A-Za-z]", left):
        return opens
    return True


def _opens_sentence(line: str, stop: _Stop) -> bool:
    """Whether what follows can start a sentence: after white space anything, without it a letter, quote or bullet."""
    after = line[stop.after]
    if after.isspace():
        return True
    if after.isascii() and after.isalpha():
        left = line[stop.begin - 1 : stop.begin]
        return after.isupper() and not left.isupper() and line[stop.after : stop.after + 2].isalpha()
    return after.isalnum() or after in '«“"([{-–—•*' or re.match(_EMOJI, after) is not None


# ---------------------------------------------------------------- looking around a stop


def _back(start: int, end: int) -> int:
    """The start of the sentence, or of its last 2000 characters: looking back stays cheap in a line without an end."""
    return max(start, end - 2000)


def _left_word(line: str, end: int) -> str:
    """The word before a position with the dots inside it; at most its last 32 characters."""
    match = _LEFT.search(line[max(0, end - 32) : end])
    return match[0].strip(".'’-") if match else ""


def _next_word(line: str, position: int) -> str:
    match = _WORDS.search(line[position : position + 40])
    return match[0] if match else ""


def _closed_by(line: str, stop: _Stop) -> str | None:
    """The first quote or bracket that closes between the stops and what follows."""
    match = re.search(r"[»”\")\]]", line[stop.end : stop.after])
    return match[0] if match else None


class _Protected:
    """The parts of a line in which stops end nothing: addresses, and short quotes and brackets."""

    def __init__(self, line: str) -> None:
        spans = [(m.start(), m.start() + len(m[0].rstrip("".join(_STOPS) + "،,")) - 1) for m in _TOKEN.finditer(line)]
        spans += _short_pairs(line)
        spans.sort()
        self._starts = [start for start, _ in spans]
        self._reach: list[int] = []
        for _, end in spans:
            self._reach.append(max(end, self._reach[-1]) if self._reach else end)

    def holds(self, stop: _Stop) -> bool:
        """Whether a protected part starts before the stop and goes on after it."""
        index = bisect_right(self._starts, stop.begin) - 1
        return index >= 0 and self._reach[index] >= stop.after


def _short_pairs(line: str) -> Iterator[tuple[int, int]]:
    """Positions of the opening and closing mark of each pair within its limit; a mark without its partner is passed."""
    opened: dict[str, int] = {}
    for match in _PAIR_MARK.finditer(line):
        mark, position = match[0], match.start()
        opening = _CLOSES.get(mark, mark)
        if (mark == '"' and mark not in opened) or mark in "([{«“":
            opened[mark] = position
        elif opening in opened:
            begin = opened.pop(opening)
            if position - begin <= _PAIR_LIMIT[opening] and line[begin + 1] not in f"{_STOPS} ،,":
                yield begin, position
