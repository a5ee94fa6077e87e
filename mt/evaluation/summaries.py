"""Summaries: ROUGE against references, length, and how much of the wording is their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version
from itertools import pairwise
from typing import Any

from mt.errors import ConfigError
from mt.evaluation.resampling import RESAMPLES, SEED, TRIALS, mean, paired_p_value
from mt.evaluation.scores import Score
from mt.text import SEGMENTATION_VERSION, english_sentences

ROUGE = {"ROUGE-1": "rouge1", "ROUGE-2": "rouge2", "ROUGE-Lsum": "rougeLsum"}
LENGTH, NOVELTY = "words", "novel bigrams, %"

_WORD = re.compile(r"\w+")


def score_summaries(
    systems: Sequence[Sequence[str]],
    references: Sequence[str],
    articles: Sequence[Sequence[str]],
    resamples: int = RESAMPLES,
) -> tuple[tuple[Score, ...], ...]:
    """ROUGE-1, -2 and -Lsum (F1, Lin 2004), mean length in words and share of novel bigrams of each system.

    `systems` holds each system's summaries in the order of the references, `articles` for each system the texts that
    it summarized; one with no texts gets no share of novel bigrams. The p-values of ROUGE compare with the first
    system. Raises `ConfigError` when rouge-score is not installed.
    """
    measured = [
        (*_rouge(summaries, references), _lengths(summaries), *_novelties(summaries, texts))
        for summaries, texts in zip(systems, articles, strict=True)
    ]
    baseline = dict(measured[0])
    return tuple(
        tuple(
            _score(metric, values, baseline[metric] if system > 0 and metric in ROUGE else None, resamples)
            for metric, values in columns
        )
        for system, columns in enumerate(measured)
    )


def _score(metric: str, values: Sequence[float], baseline: Sequence[float] | None, resamples: int) -> Score:
    average = mean(values, resamples)
    p_value = None if baseline is None else paired_p_value(values, baseline)
    signature = _signature(metric, resamples, tested=baseline is not None)
    return Score(metric, average.value, average.low, average.high, signature, p_value, better=metric in ROUGE)


def _signature(metric: str, resamples: int, *, tested: bool) -> str:
    drawn = f"bs:{resamples}|seed:{SEED}{f'|ar:{TRIALS}' if tested else ''}"
    if metric in ROUGE:
        return f"f1|stem:porter|sentences:mt-{SEGMENTATION_VERSION}|{drawn}|rouge-score:{version('rouge-score')}"
    return f"case:lower|{drawn}" if metric == NOVELTY else drawn


def _rouge(summaries: Sequence[str], references: Sequence[str]) -> list[tuple[str, list[float]]]:
    """For each metric the F1 of each summary, in points of 100."""
    scorer = _rouge_scorer()
    scores = [
        scorer.score(_by_lines(reference), _by_lines(summary))
        for summary, reference in zip(summaries, references, strict=True)
    ]
    return [(metric, [100 * each[name].fmeasure for each in scores]) for metric, name in ROUGE.items()]


def _rouge_scorer() -> Any:
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError as error:
        raise ConfigError(
            f"ROUGE is computed by rouge-score, which is not installed ({error}); pip install '.[evaluate]' brings it"
        ) from None
    return RougeScorer(list(ROUGE.values()), use_stemmer=True)


def _by_lines(text: str) -> str:
    """One sentence per line, the form that ROUGE-Lsum expects."""
    return "\n".join(english_sentences(text))


def _lengths(summaries: Sequence[str]) -> tuple[str, list[float]]:
    return LENGTH, [float(len(summary.split())) for summary in summaries]


def _novelties(summaries: Sequence[str], articles: Sequence[str]) -> list[tuple[str, list[float]]]:
    if not articles:
        return []
    return [(NOVELTY, [100 * novelty(summary, text) for summary, text in zip(summaries, articles, strict=True)])]


def novelty(summary: str, article: str) -> float:
    """Share, 0 to 1, of the summary's different word pairs that the article does not have (See et al. 2017).

    0 copies the article; a summary of fewer than two words has no pairs and counts as 0. Case and marks do not count.
    """
    own = _bigrams(summary)
    return len(own - _bigrams(article)) / len(own) if own else 0.0


def _bigrams(text: str) -> frozenset[tuple[str, str]]:
    words = _WORD.findall(text.lower())
    return frozenset(pairwise(words))
