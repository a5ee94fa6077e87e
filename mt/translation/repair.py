"""A second chance for doubtful segments: other ways to the English are tried, and the best one is kept.

The ways are a ladder: numbers and terms written so that the model keeps them, another search with the same model, no
phrase twice, finer pieces, another model. A segment leaves the ladder as soon as no doubt is left that a further try
could cure; what was not kept is recorded. The segments of a whole window climb together, so that even the few doubtful
ones share batches.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TypeAlias

from mt.activity import stage
from mt.config import Decoding, TranslateConfig
from mt.engines import TextGenerator, generate_each
from mt.errors import ModelError
from mt.flags import KINDS
from mt.language.arabic_numbers import arabic_numbers
from mt.language.english_numbers import english_numbers
from mt.language.number_writing import mend_halves_of_day, put_back, restore_identifiers, write_for_translator
from mt.language.numbers import differing, unmatched
from mt.records import Attempt, Flag, Generated, Hint, Segment, TranslatedSegment
from mt.terms import HintedText, Match, apart, missing, respell, rewrite
from mt.text import split_long


@dataclass(frozen=True, slots=True)
class Case:
    """A segment that was translated, and the terms that stand in it."""

    source: Segment
    terms: tuple[Match, ...] = ()
    given: HintedText | None = None
    """What the model got for the first output, where that was not the source as it is."""

    @property
    def text(self) -> str:
        """What the model gets when it tries again."""
        return self.given.text if self.given else self.source.text

    @property
    def hints(self) -> tuple[Hint, ...]:
        """What stands in English in `text`."""
        return self.given.hints if self.given else ()


Output: TypeAlias = Generated | ModelError
Judge: TypeAlias = Callable[[Case, Output], TranslatedSegment]
"""Makes an output, or the error in its place, the English of a segment, with its doubts."""

NO_REPEAT = 4
"""Tokens of the longest run that may stand twice where repeats are forbidden; shorter ones hurt names and figures."""
TERM_WAYS = ("term-latin", "term-stand-in", "term-latin-all")
BEAMS = 4
"""Beams of the other search where the configured one is greedy."""
_NOTHING = frozenset({"failed", "empty"})
_OF_NUMBERS = frozenset({"number-missing", "number-differs"})
_MENDED_OTHERWISE = frozenset({"term-missing", "name-differs"})
"""Doubts that another search or finer pieces hardly ever cure."""
_OF_NAMES = frozenset({"name-invented", "name-missing"})
"""Doubts that the pieces of a sentence do not cure: they have other words for the same unknown name, in worse order."""
_ENDLESS = frozenset({"loop", "too-long", "unfinished"})


@dataclass(frozen=True, slots=True)
class Try:
    """What to give a model for one segment, and how to get the English of the segment from what it says."""

    texts: tuple[str, ...]
    restore: Callable[[str], str] = str
    hints: tuple[Hint, ...] = ()
    """What the texts give the model in English."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to another English. `attempt` gives None for a segment to which this way leads nowhere."""

    way: str
    generator: TextGenerator
    decoding: Decoding
    attempt: Callable[[Case, TranslatedSegment], Try | None]


def ladder(generator: TextGenerator, config: TranslateConfig, second: TextGenerator | None = None) -> tuple[Rung, ...]:
    """The rungs for a model and its configuration; `second` is the model of `config.repair.second`, if there is one."""
    usual = config.decoding
    greedy = usual.num_beams == 1 and not usual.do_sample
    plain = {"do_sample": False, "temperature": 1.0, "top_p": 1.0}
    other = usual.model_copy(update={**plain, "num_beams": BEAMS if greedy else 1})
    once = usual.model_copy(update={**plain, "no_repeat_ngram_size": NO_REPEAT})
    rungs = [
        Rung("no-hints", generator, usual, _without_hints),
        Rung("numbers", generator, usual, _numbers_rewritten),
        *(Rung(way, generator, usual, partial(_terms_rewritten, way=way)) for way in TERM_WAYS),
        Rung("beam" if greedy else "greedy", generator, other, _whole),
        Rung("no-repeat", generator, once, _if_endless),
        Rung("split", generator, usual, partial(_halved, generator=generator)),
    ]
    if second is not None and config.repair.second is not None:
        rungs.append(Rung("second model", second, config.repair.second.decoding, partial(_fitting, generator=second)))
    return tuple(rungs)


def climb(
    cases: Sequence[Case],
    outputs: Sequence[Output],
    rungs: Sequence[Rung],
    judge: Judge,
    *,
    keep_first: bool = False,
) -> list[TranslatedSegment]:
    """Each case with the best English that the ladder found, in order, its other outputs recorded as attempts.

    `outputs` are the first ones. The best has least doubts that a try could cure, then least doubts; of equals it is
    the first. Scores do not decide: on 1,304 FLORES-200 and news sentences, taking the likelier of equals made what it
    changed worse by 0.4 chrF. `keep_first` records what the ladder found, and changes nothing.
    """
    tried = [_judged(case, output, "", judge, case.hints) for case, output in zip(cases, outputs, strict=True)]
    for rung in rungs:
        best = [(case, tries, min(tries, key=_rank)) for case, tries in zip(cases, tried, strict=True)]
        todo = [(c, tries, t) for c, tries, b in best if _doubtful(b) and (t := rung.attempt(c, b))]
        texts = [text for *_, t in todo for text in t.texts]
        with stage("retrying"):
            results = iter(generate_each(rung.generator, texts, rung.decoding))
        for case, tries, t in todo:
            tries += _judged(case, _joined(list(islice(results, len(t.texts))), t.restore), rung.way, judge, t.hints)
    return [_kept(tries, tries[0] if keep_first else min(tries, key=_rank)) for tries in tried]


def _judged(
    case: Case, output: Output, way: str, judge: Judge, hints: tuple[Hint, ...] = ()
) -> list[TranslatedSegment]:
    """An output, and where it lacks terms or identifiers that it spells otherwise, the same with these respelt."""
    judged = [replace(judge(case, output), way=way, hints=hints)]
    if not isinstance(output, Generated):
        return judged
    lacking = missing(case.terms, judged[0].terms)
    text = respell(output.text, lacking, [m for m in case.terms if m not in lacking], case.source.text)
    if any(flag.name in _OF_NUMBERS for flag in judged[0].flags):
        text = _numbers_respelt(case.source.text, text)
    if text != output.text:
        respelt = judge(case, replace(output, text=text))
        judged.append(replace(respelt, way=f"{way}+respelt" if way else "respelt", hints=hints))
    return judged


def _numbers_respelt(source: str, text: str) -> str:
    """The English with identifiers and halves of the day as the source has them, where all else of them is right."""
    here = arabic_numbers(source)
    text = restore_identifiers(text, unmatched(here, english_numbers(text)))
    return mend_halves_of_day(text, differing(here, english_numbers(text), source, text))


def _kept(outputs: Sequence[TranslatedSegment], best: TranslatedSegment) -> TranslatedSegment:
    others = tuple(Attempt(o.way, o.text, o.score, o.flags) for o in outputs if o is not best)
    return replace(best, attempts=best.attempts + others) if others else best


def _doubtful(segment: TranslatedSegment) -> bool:
    return any(_curable(flag) for flag in segment.flags)


def _curable(flag: Flag) -> bool:
    return KINDS[flag.name].repairable


def _rank(segment: TranslatedSegment) -> tuple[bool, int, int]:
    nothing = any(flag.name in _NOTHING for flag in segment.flags)
    return nothing, sum(map(_curable, segment.flags)), len(segment.flags)


def _whole(case: Case, best: TranslatedSegment) -> Try | None:
    return Try((case.text,), hints=case.hints) if _beyond_terms(best) else None


def _without_hints(case: Case, best: TranslatedSegment) -> Try | None:
    return Try((case.source.text,)) if case.hints and _beyond_terms(best) else None


def _beyond_terms(segment: TranslatedSegment, others: frozenset[str] = _MENDED_OTHERWISE) -> bool:
    return any(_curable(flag) and flag.name not in others for flag in segment.flags)


def _if_endless(case: Case, best: TranslatedSegment) -> Try | None:
    return _whole(case, best) if any(flag.name in _ENDLESS for flag in best.flags) else None


def _terms_rewritten(case: Case, best: TranslatedSegment, way: str) -> Try | None:
    """The source with the terms that the English lacks written otherwise, in this way."""
    lacking = missing(case.terms, best.terms)
    others = [match for match in case.terms if match not in lacking]
    hinted = apart(case.given.terms if case.given else (), lacking)
    rewritten = next((r for r in rewrite(case.source.text, lacking, others, hinted) if r.way == way), None)
    return (
        Try((rewritten.text,), rewritten.restore, HintedText(rewritten.text, rewritten.hinted).hints)
        if rewritten
        else None
    )


def _numbers_rewritten(case: Case, best: TranslatedSegment) -> Try | None:
    """The source with each number that the English lacks, or means otherwise, written so that models keep it.

    Models copy `37` where they spoil `425601`; a year is hidden behind another year, so that it stays one to them. Of
    1,304 FLORES-200 and news sentences 45 lacked a number in the embedded model's English, after this 7.
    """
    if not any(flag.name in _OF_NUMBERS for flag in best.flags):
        return None
    arabic, english = arabic_numbers(case.text), english_numbers(best.text)
    lacking = [*unmatched(arabic, english), *(d.here for d in differing(arabic, english, case.text, best.text))]
    taken = {str(value) for number in (*arabic, *english) for value in (*number.values, *number.parts)}
    years, others = ([n for n in map(str, some) if n not in taken] for some in (range(2001, 2026), range(37, 99)))
    text, end, hidden = "", 0, []
    for number in sorted(dict.fromkeys(lacking), key=lambda number: number.start):
        if number.start >= end and (written := write_for_translator(number, years, others)):
            hidden.append(written)
            text, end = text + case.text[end : number.start] + written.text, number.end
    return Try((text + case.text[end:],), partial(put_back, hidden=hidden), case.hints) if hidden else None


def _halved(case: Case, best: TranslatedSegment, generator: TextGenerator) -> Try | None:
    """The source in two or so pieces, cut where a long sentence would be cut; None where it is too short for that."""
    if not _beyond_terms(best, _MENDED_OTHERWISE | _OF_NAMES):
        return None
    whole = replace(case.source, start=0, end=len(case.text), text=case.text)
    size = generator.count_tokens(whole.text)
    pieces = split_long(whole, max(8, math.ceil(size * 0.6)), generator.count_tokens)
    return Try(tuple(piece.text for piece in pieces), hints=case.hints) if len(pieces) > 1 else None


def _fitting(case: Case, best: TranslatedSegment, generator: TextGenerator) -> Try:
    """The source as another model can take it."""
    pieces = split_long(case.source, generator.max_input_tokens, generator.count_tokens)
    return Try(tuple(piece.text for piece in pieces))


def _joined(results: Sequence[Output], restore: Callable[[str], str]) -> Output:
    """The outputs for the pieces of a segment as one; an error where one of them is one."""
    outputs = [result for result in results if not isinstance(result, ModelError)]
    if len(outputs) < len(results):
        return next(result for result in results if isinstance(result, ModelError))
    tokens = sum(output.output_tokens for output in outputs)
    scored = [(o.score, o.output_tokens) for o in outputs if o.score is not None]
    score = sum(score * count for score, count in scored) / tokens if tokens and len(scored) == len(outputs) else None
    # A piece of which nothing came back must not pass for translated because its neighbour was.
    text = " ".join(o.text.strip() for o in outputs) if all(o.text.strip() for o in outputs) else ""
    return Generated(
        restore(text), score, sum(o.input_tokens for o in outputs), tokens, all(o.finished for o in outputs)
    )
