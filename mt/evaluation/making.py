"""Outputs made on the spot by the models of configurations, one after the other."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from mt.checks import FAILED
from mt.config import Config, config_names, load_config, load_config_for
from mt.errors import ConfigError, InputError, ModelError
from mt.evaluation.columns import Column, column_of_reports
from mt.evaluation.doubts import Checked
from mt.evaluation.scores import Kind
from mt.pipeline import Pipeline
from mt.records import Article, Report
from mt.signatures import Resolved
from mt.text import clean

_log = logging.getLogger(__name__)

_NEXT_SETTING = re.compile(r",\s*(?=[A-Za-z_][\w.]*=)")
_SETTING = re.compile(r"[A-Za-z_][\w.]*=")


@dataclass(frozen=True, slots=True)
class Configured:
    """A system whose outputs are made here: its name, and its configuration."""

    name: str
    config: Config

    @classmethod
    def parse(cls, text: str, common: str | Path | None = None, settings: Sequence[str] = ()) -> Self:
        """From `NAME`, `NAME=CONFIG`, `NAME=KEY=VALUE`, or `NAME=CONFIG,KEY=VALUE,…`.

        CONFIG is a file or a ready configuration; without it, `common` is meant, or the ready configuration NAME where
        there is no `common`. The keys win over `settings`. Raises `InputError` for another form and `ConfigError` for
        errors of the configuration, both with the name.
        """
        name, given, rest = text.partition("=")
        name = name.strip()
        config, own = _parts(rest)
        if not name or (given and not (config or own)):
            raise InputError(f"--make {text}: expected NAME, NAME=CONFIG or NAME=CONFIG,KEY=VALUE,…")
        if not given and name in config_names():
            if common is not None and str(common) != name:
                raise InputError(
                    f"--make {name}: {name} is a ready configuration, but -c {common} would be used; did you mean "
                    f"--make {name}={name}?"
                )
            config = name
        source = config or common
        try:
            return cls(name, load_config_for(f"--make {name}:", source, [*settings, *own]))
        except ConfigError as error:
            raise ConfigError(f"--make {name}: {_error_without_keys(source, settings) or error}") from None


def _error_without_keys(source: str | Path | None, settings: Sequence[str]) -> str:
    """What is wrong with a configuration before a system's own keys; empty where nothing is."""
    try:
        load_config(source, settings)
    except ConfigError as error:
        return str(error)
    return ""


def names_configuration(text: str) -> bool:
    """Whether this text for `Configured.parse` names a configuration of its own."""
    return bool(_parts(text.partition("=")[2])[0])


def _parts(text: str) -> tuple[str, list[str]]:
    """Configuration (may be empty) and settings of `CONFIG,KEY=VALUE,…`; commas within a value are its own."""
    first, *others = _NEXT_SETTING.split(text)
    return ("", [first, *others]) if _SETTING.match(first) else (first.strip(), others)


def make(systems: Sequence[Configured], kind: Kind, sources: Column) -> Iterator[Column]:
    """The outputs of each system, in order. Its models are freed before those of the next one are loaded.

    All models are found, and downloaded where they are missing, before the first output is made. Raises `ModelError`
    when a model cannot be had or fails.
    """
    resolved = [Resolved(_only(kind, system.config)) for system in systems]
    for each in resolved:
        for path, model in each.config.models.items():
            if kind == "translation" or path.startswith("summarize"):
                each.folder(model)
    for number, (system, each) in enumerate(zip(systems, resolved, strict=True), 1):
        if len(systems) > 1:
            _log.info("mt: system %d of %d: %s", number, len(systems), system.name)
        yield (make_translations if kind == "translation" else make_summaries)(each, sources)


def _only(kind: Kind, config: Config) -> Config:
    """The configuration with the stage switched on or off that follows the translation."""
    summarize = config.summarize.model_copy(update={"enabled": kind == "summaries"})
    return config.model_copy(update={"summarize": summarize})


def make_translations(resolved: Resolved, sources: Column) -> Column:
    """Each source cleaned and translated as one sentence, as a run would: decoding, checks and second tries.

    Where the model fails there is no text. Raises `ModelError` when it cannot be had, or fails everywhere.
    """
    with Pipeline.from_config(_only("translation", resolved.config), resolved=resolved) as pipeline:
        signature = pipeline.signature
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
        made_by=signature,
    )


def make_summaries(resolved: Resolved, articles: Column) -> Column:
    """The summary of each English article, as `mt summarize` makes it.

    Raises `ModelError` when the model cannot be had or fails at an article.
    """
    with Pipeline.from_config(_only("summaries", resolved.config), translate=False, resolved=resolved) as pipeline:
        _log.info("mt: summarizing %d articles", len(articles.texts))
        reports = list(_reports(pipeline, articles))
    column = column_of_reports(reports, "summaries made here", "summaries")
    return replace(column, ids=articles.ids)


def _reports(pipeline: Pipeline, articles: Column) -> Iterator[Report]:
    ids = articles.ids or [str(number) for number in range(1, len(articles.texts) + 1)]
    given = [Article(identity, clean(text).text) for identity, text in zip(ids, articles.texts, strict=True)]
    for result in pipeline.run(given):
        if not isinstance(result, Report):
            raise ModelError(f"no summary of article {result.id!r}: {result.message}")
        yield result
