"""Translate Arabic news into English and summarize it, with Hugging Face models chosen by configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Article", "Pipeline", "Report", "__version__", "load_config", "read_articles"]

if TYPE_CHECKING:
    from mt.config import load_config
    from mt.pipeline import Pipeline
    from mt.reading.articles import read_articles
    from mt.records import Article, Report

_HOMES = {
    "Article": "mt.records",
    "Pipeline": "mt.pipeline",
    "Report": "mt.records",
    "load_config": "mt.config",
    "read_articles": "mt.reading.articles",
}


def __getattr__(name: str) -> Any:
    """Import the public names when first asked for, so that `mt --help` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
