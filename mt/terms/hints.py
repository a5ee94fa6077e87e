"""Hints: the English of rare words, written into the Arabic before the model sees it.

A small translator guesses at words that it has hardly seen. One that was trained on code-switched sentences copies an
English word that stands among the Arabic and inflects it (Song et al. 2019, arXiv 1904.09107; Dinu et al. 2019, arXiv
1906.01105). A hint is soft: English without it is no fault, and nothing is flagged.
"""

from __future__ import annotations

import hashlib
import lzma
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from mt.errors import ConfigError
from mt.records import Hint
from mt.terms.glossary import Glossary, load_glossaries, parse_glossary
from mt.terms.matching import Match
from mt.terms.rewrite import in_latin

_PACKED = ".tsv.xz"


@dataclass(frozen=True, slots=True)
class HintedText:
    """A source text as the model gets it, and the terms of it that stand there in English, in order."""

    text: str
    terms: tuple[Match, ...] = ()

    @property
    def hints(self) -> tuple[Hint, ...]:
        """What was written for what, for the record."""
        return tuple(Hint(match.written, match.entry.english[0]) for match in self.terms)


def lexicon_names() -> list[str]:
    """Names of the lexicons in the package, as `translate.hints` takes them."""
    return sorted(entry.name.removesuffix(_PACKED) for entry in _folder().iterdir() if entry.name.endswith(_PACKED))


def load_lexicons(names_or_paths: Iterable[str]) -> tuple[Glossary, ...]:
    """Lexicons of the package by name, and others by path in the format of glossaries, in the given order.

    Their names begin with `hints:`, so that a lexicon is never taken for the glossary of the same name.
    Raises `ConfigError` that names the file and each faulty line.
    """
    lexicons = (_packed(name) if name in lexicon_names() else _other(name) for name in names_or_paths)
    return tuple(Glossary(f"hints:{lexicon.name}", lexicon.entries) for lexicon in lexicons)


def lexicons_fingerprint(names_or_paths: Iterable[str]) -> str:
    """What the lexicons say, in 12 hexadecimal digits; empty without any. One of the package is not read for it."""
    digest = hashlib.sha256()
    names = list(names_or_paths)
    for name in names:
        packed = name in lexicon_names()
        digest.update((_folder() / f"{name}{_PACKED}").read_bytes() if packed else repr(_other(name).entries).encode())
    return digest.hexdigest()[:12] if names else ""


def write_hints(source: str, matches: Sequence[Match]) -> HintedText:
    """The source with the first English form of each match in its place; terms without English are left alone.

    >>> write_hints("نص", ())
    HintedText(text='نص', terms=())
    """
    known = tuple(match for match in matches if match.entry.english)
    return HintedText(in_latin(source, known), known) if known else HintedText(source)


def _folder() -> Traversable:
    return files("mt.terms") / "data"


def _packed(name: str) -> Glossary:
    text = lzma.decompress((_folder() / f"{name}{_PACKED}").read_bytes()).decode("utf-8")
    return parse_glossary(name, text)


def _other(name: str) -> Glossary:
    try:
        [lexicon] = load_glossaries([name])
    except ConfigError as error:
        raise ConfigError(f"translate.hints: {error}; lexicons in the package: {', '.join(lexicon_names())}") from None
    return lexicon
