"""Outputs made on the spot by the models of a configuration."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

from mt.checks import FAILED
from mt.config import Config
from mt.errors import ModelError
from mt.evaluation.columns import Column, column_of_reports
from mt.evaluation.doubts import Checked
from mt.pipeline import Pipeline
from mt.records import Article, Report
from mt.text import clean

_log = logging.getLogger(__name__)


def make_translations(config: Config, sources: Column) -> Column:
    """Each source cleaned and translated as one sentence, as a run would: decoding, checks and second tries.

    Where the model fails there is no text. Raises `ModelError` when it cannot be had, or fails everywhere.
    """
    only = config.model_copy(update={"summarize": config.summarize.model_copy(update={"enabled": False})})
    pipeline = Pipeline.from_config(only)
    assert pipeline.translator is not None  # from_config leaves it out only when told so
    _log.info("mt: translating %d sentences", len(sources.texts))
    translated = pipeline.translator.translate_sentences([clean(text).text for text in sources.texts])
    failed = [flag for pieces in translated for piece in pieces for flag in piece.flags if flag.name == FAILED]
    if failed and len(failed) == sum(len(pieces) for pieces in translated):
        raise ModelError(f"the model failed on all {len(failed)} sentences; the first time with: {failed[0].detail}")
    return Column(
        "translations made here",
        tuple(" ".join(piece.text for piece in pieces) for pieces in translated),
        sources.ids,
        checked=tuple(Checked.of([piece.flags for piece in pieces]) for pieces in translated),
        made_by=pipeline.signature,
    )


def make_summaries(config: Config, articles: Column) -> Column:
    """The summary of each English article, as `mt summarize` makes it.

    Raises `ModelError` when the model cannot be had or fails at an article.
    """
    with_summaries = config.model_copy(update={"summarize": config.summarize.model_copy(update={"enabled": True})})
    pipeline = Pipeline.from_config(with_summaries, translate=False)
    _log.info("mt: summarizing %d articles", len(articles.texts))
    column = column_of_reports(list(_reports(pipeline, articles)), "summaries made here", "summaries")
    return replace(column, ids=articles.ids)


def _reports(pipeline: Pipeline, articles: Column) -> Iterator[Report]:
    ids = articles.ids or [str(number) for number in range(1, len(articles.texts) + 1)]
    given = [Article(identity, clean(text).text) for identity, text in zip(ids, articles.texts, strict=True)]
    for result in pipeline.run(given):
        if not isinstance(result, Report):
            raise ModelError(f"no summary of article {result.id!r}: {result.message}")
        yield result
