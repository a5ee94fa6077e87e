"""Language codes of multilingual models, checked against the vocabulary: a wrong one becomes `<unk>` with no error."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from mt.errors import ConfigError

# Model types whose encoder and decoder get the language as a code (NLLB's model type is m2m_100).
MULTILINGUAL = frozenset({"m2m_100", "nllb-moe", "mbart"})

_CODE = re.compile(r"[a-z]{3}_[A-Z][a-z]{3}|[a-z]{2}_[A-Z]{2}")  # NLLB: arb_Arab; mBART: ar_AR
_MARKER = re.compile(r">>[^<>\s]+<<|<2[^<>\s]+>")  # Marian with several targets: >>eng<<; MADLAD: <2en>

# How the conventions name our two languages; the first of a vocabulary is what somebody meant who wrote another.
_SAME = (
    ("arb_Arab", "ar_AR", "ar", ">>ara<<", "<2ar>", "ara", "arb", "arabic", "__ar__", "ar_SA", "ar_EG"),
    ("eng_Latn", "en_XX", "en", ">>eng<<", "<2en>", "eng", "english", "__en__", "en_US", "en_GB"),
)


def language_tokens(tokenizer: Any) -> dict[str, str]:
    """For each code that the tokenizer knows, its token: `arb_Arab` for itself, `__ar__` for M2M100's `ar`."""
    if spelled := getattr(tokenizer, "lang_code_to_token", None):
        return dict(spelled)
    return {token: token for token in tokenizer.get_vocab() if _CODE.fullmatch(token)}


def check_code(field: str, code: str | None, tokens: Mapping[str, str]) -> str:
    """The code as the tokenizer spells it; M2M100's `__ar__` is taken for `ar`.

    Raises `ConfigError` that suggests the nearest codes when it is missing or unknown.
    """
    known = f"this model knows {len(tokens)} codes: {_some(list(tokens))}"
    if code is None:
        raise ConfigError(f"{field}: missing; a multilingual model needs the language; {known}")
    plain = code[2:-2] if code.startswith("__") and code.endswith("__") else code
    if plain in tokens:
        return plain
    raise ConfigError(f"unknown {field} {code!r}{_did_you_mean(code, list(tokens))}; {known}")


def check_markers(prefix: str, vocabulary: Mapping[str, int]) -> None:
    """Check that language markers in a prefix, such as `>>eng<<` or `<2en>`, are tokens of the model.

    Raises `ConfigError` that suggests the nearest ones.
    """
    for marker in _MARKER.findall(prefix):
        if marker not in vocabulary:
            markers = [token for token in vocabulary if _MARKER.fullmatch(token)]
            known = f"this model knows {_some(markers)}" if markers else "this model has no such markers; remove it"
            raise ConfigError(f"prefix: unknown language {marker!r}{_did_you_mean(marker, markers)}; {known}")


def nearest(code: str, known: Sequence[str]) -> list[str]:
    """Up to three known codes that may be meant, best first."""
    bare = code.strip("_<>2").lower()
    for names in _SAME:
        if bare in {name.strip("_<>2").lower() for name in names} and (candidates := [n for n in names if n in known]):
            return candidates[:1]
    folded = {name.lower(): name for name in known}
    close = difflib.get_close_matches(code.lower(), folded, n=3, cutoff=0.7)
    return [folded[name] for name in close] or sorted(n for n in known if n.lower().startswith(bare[:2]))[:3]


def _did_you_mean(code: str, known: Sequence[str]) -> str:
    close = nearest(code, known)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def _some(codes: Sequence[str]) -> str:
    listed = sorted(codes)
    return ", ".join(listed[:6]) + (", …" if len(listed) > 6 else "")
