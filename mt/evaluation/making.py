"""Outputs made on the spot by the models of a configuration."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from mt.checks import check_translation
from mt.config import Config
from mt.errors import ModelError
from mt.evaluation.columns import Column, column_of_reports
from mt.evaluation.doubts import Checked
from mt.pipeline import Pipeline
from mt.records import Article, Generated, Report, Segment
from mt.text import clean, split_long
from mt.translate import Translator

_log = logging.getLogger(__name__)


def make_translations(config: Config, sources: Column) -> Column:
    """Each source cleaned and translated as one sentence, whatever stops it holds, with the configured decoding.

    What is over the model's input limit is cut at commas and its English joined, as in a run. Raises `ModelError` when
    the model cannot be had or fails.
    """
    only = config.model_copy(update={"summarize": config.summarize.model_copy(update={"enabled": False})})
    pipeline = Pipeline.from_config(only)
    assert pipeline.translator is not None  # from_config leaves it out only when told so
    _log.info("mt: translating %d sentences", len(sources.texts))
    texts = [clean(text).text for text in sources.texts]
    outputs = translate_sentences(pipeline.translator, texts)
    least = config.translate.min_score
    checked = (Checked.of([check_translation(text, out, least)]) for text, out in zip(texts, outputs, strict=True))
    return Column(
        "translations made here",
        tuple(" ".join(output.text.split()) for output in outputs),
        sources.ids,
        checked=tuple(checked),
        made_by=pipeline.signature,
    )


def translate_sentences(translator: Translator, sentences: Sequence[str]) -> list[Generated]:
    """One output for each sentence, in order, its parts joined; a sentence without text gives an empty one.

    Raises `ModelError` when the model fails: an evaluation of half a test set would mislead.
    """
    generator = translator.generator
    limit, count = generator.max_input_tokens, generator.count_tokens
    parts = [split_long(Segment(0, 0, len(text), text), limit, count) if text else () for text in sentences]
    texts = [part.text for each in parts for part in each]
    made = iter(generator.generate(texts, translator.config.decoding) if texts else [])
    return [_joined(tuple(islice(made, len(each)))) for each in parts]


def _joined(parts: Sequence[Generated]) -> Generated:
    """One output of the parts' outputs; its score weighs them by tokens."""
    tokens = sum(part.output_tokens for part in parts)
    scored = [part.score * part.output_tokens for part in parts if part.score is not None]
    return Generated(
        " ".join(part.text for part in parts),
        math.fsum(scored) / tokens if tokens else None,
        sum(part.input_tokens for part in parts),
        tokens,
        all(part.finished for part in parts),
    )


def make_summaries(config: Config, articles: Column) -> Column:
    """The summary of each English article, as `mt summarize` makes it.

    Raises `ModelError` when the model cannot be had or fails at an article.
    """
    with_summaries = config.model_copy(update={"summarize": config.summarize.model_copy(update={"enabled": True})})
    pipeline = Pipeline.from_config(with_summaries, translate=False)
    _log.info("mt: summarizing %d articles", len(articles.texts))
    made = column_of_reports(list(_reports(pipeline, articles)), "summaries made here", "summaries")
    return replace(made, ids=articles.ids)


def _reports(pipeline: Pipeline, articles: Column) -> Iterator[Report]:
    ids = articles.ids or [str(number) for number in range(1, len(articles.texts) + 1)]
    given = [Article(identity, clean(text).text) for identity, text in zip(ids, articles.texts, strict=True)]
    for result in pipeline.run(given):
        if not isinstance(result, Report):
            raise ModelError(f"no summary of article {result.id!r}: {result.message}")
        yield result
