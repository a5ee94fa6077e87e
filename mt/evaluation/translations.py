"""BLEU, chrF and chrF++ by sacrebleu, with its confidence intervals and its paired bootstrap test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mt.evaluation.resampling import RESAMPLES
from mt.evaluation.scores import Score


def score_translations(
    systems: Sequence[Sequence[str]], references: Sequence[str], resamples: int = RESAMPLES
) -> tuple[tuple[Score, ...], ...]:
    """BLEU (Papineni 2002), chrF (Popović 2015) and chrF++ (Popović 2017) of each system, by sacrebleu's defaults.

    `systems` holds each system's sentences in the order of the references. The p-values compare with the first system,
    by paired bootstrap resampling (Koehn 2004) as in `sacrebleu --paired-bs`. sacrebleu gives intervals as a mean of
    resamples and half a width, so `low` and `high` lie evenly around that mean.
    """
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF
    from sacrebleu.significance import PairedTest

    metrics = {
        "BLEU": BLEU(references=[references]),
        "chrF": CHRF(references=[references]),
        "chrF++": CHRF(word_order=2, references=[references]),
    }
    named = [(str(index), sentences) for index, sentences in enumerate(systems)]
    signatures, results = PairedTest(named, metrics, None, test_type="bs", n_samples=resamples)()
    # sacrebleu has names of its own (chrF2++), in the order of the metrics.
    columns = [
        _scores(metric, results[own], signature.format())
        for metric, (own, signature) in zip(metrics, signatures.items(), strict=True)
    ]
    return tuple(zip(*columns, strict=True))


def _scores(metric: str, results: Sequence[Any], signature: str) -> list[Score]:
    """One for each of sacrebleu's results, of which the first is the baseline's and has no p-value."""
    scores = []
    for result in results:
        p_value = result.p_value
        if p_value is not None and result.score == results[0].score:
            p_value = 1.0  # sacrebleu holds that no resample reaches a difference of zero, and calls it significant
        low, high = float(result.mean - result.ci), float(result.mean + result.ci)
        scores.append(Score(metric, result.score, low, high, signature, p_value))
    return scores
