"""Translate Arabic news into English and summarize it, with Hugging Face models chosen by configuration.

`mt.translate(text)` and `mt.summarize(text)` work on one text, `mt.run(paths, out)` on files and folders, and
`mt.Pipeline()` on articles that a program holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = [
    "Article",
    "Attempt",
    "Config",
    "ConfigError",
    "Doubt",
    "Failure",
    "Flag",
    "InputError",
    "ModelError",
    "MtError",
    "OutputError",
    "Pipeline",
    "Progress",
    "Report",
    "Run",
    "Segment",
    "SourceDoubt",
    "Summary",
    "SummarySentence",
    "Term",
    "TranslatedSegment",
    "Translation",
    "__version__",
    "load_config",
    "read_articles",
    "run",
    "summarize",
    "translate",
    "unload",
]

if TYPE_CHECKING:
    from mt.api import Progress, Run, run, summarize, translate, unload
    from mt.config import Config, load_config
    from mt.errors import ConfigError, InputError, ModelError, MtError, OutputError
    from mt.pipeline import Pipeline
    from mt.reading.articles import read_articles
    from mt.records import (
        Article,
        Attempt,
        Failure,
        Flag,
        Report,
        Segment,
        SourceDoubt,
        Summary,
        SummarySentence,
        Term,
        TranslatedSegment,
        Translation,
    )
    from mt.reports.doubts import Doubt

_HOMES = {
    "mt.api": "Progress Run run summarize translate unload",
    "mt.config": "Config load_config",
    "mt.errors": "ConfigError InputError ModelError MtError OutputError",
    "mt.pipeline": "Pipeline",
    "mt.reading.articles": "read_articles",
    "mt.records": "Article Attempt Failure Flag Report Segment SourceDoubt Summary SummarySentence Term "
    "TranslatedSegment Translation",
    "mt.reports.doubts": "Doubt",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Import the public names when first asked for, so that `mt --help` stays quick."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """The public names only, for completion."""
    return sorted(__all__)
