"""Opens a Hugging Face folder: configuration, tokenizer and weights, from safetensors only and without the network."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer
from transformers.utils import logging

from mt.engines.devices import Placement
from mt.engines.search import end_tokens, identity
from mt.errors import ConfigError, ModelError

UNKNOWN_LIMIT = 512
"""Input tokens of a model that names no limit: what T5 was trained with (arXiv 1910.10683)."""

_SANE = 1_000_000  # tokenizers without a limit say 1e30
_LOCAL = {"local_files_only": True, "trust_remote_code": False}
_CLASSES = {"seq2seq": AutoModelForSeq2SeqLM, "chat": AutoModelForCausalLM}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An opened model; its own generation settings are reduced to those that identify it."""

    model: Any
    tokenizer: Any
    placement: Placement
    tokenizer_limit: int
    """Longest input by the tokenizer's own account, in tokens."""

    @property
    def description(self) -> str:
        """Engine, precision and family; the device only where it decides what comes out (MPS)."""
        parts = ["transformers", self.placement.dtype, self.model.config.model_type]
        return "/".join([*parts, "mps"] if self.placement.device == "mps" else parts)


def open_checkpoint(folder: Path, kind: str, placement: Placement) -> Checkpoint:
    """Load a folder as a model of this kind, ready for inference.

    Raises `ConfigError` when the folder holds a model of the other kind, and `ModelError` when it cannot be loaded, or
    holds only a part of the weights.
    """
    try:
        with _quiet():
            _check_kind(folder, kind)
            tokenizer = AutoTokenizer.from_pretrained(folder, **_LOCAL)
            model = _weights(folder, kind, placement)
    except (OSError, ValueError, KeyError, TypeError, ImportError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"{folder}: cannot load the model ({type(error).__name__}: {error}); wanted a Hugging Face folder with "
            "config.json, tokenizer files and safetensors weights"
        ) from error
    model.generation_config = identity(model.generation_config)
    if not end_tokens(model.generation_config) and tokenizer.eos_token_id is None:
        raise ModelError(f"{folder}: the model names no end-of-sequence token (eos_token_id), so no output would end")
    return Checkpoint(model, tokenizer, placement, _tokenizer_limit(tokenizer))


def _check_kind(folder: Path, kind: str) -> None:
    config = AutoConfig.from_pretrained(folder, **_LOCAL)
    found = "seq2seq" if config.is_encoder_decoder else "chat"
    if found != kind:
        raise ConfigError(f"kind: found {kind}, but {folder} holds a model of type {config.model_type}; use {found}")


def _weights(folder: Path, kind: str, placement: Placement) -> Any:
    model, report = _CLASSES[kind].from_pretrained(
        folder, dtype=getattr(torch, placement.dtype), use_safetensors=True, output_loading_info=True, **_LOCAL
    )
    if missing := sorted(report["missing_keys"]) + [str(found[0]) for found in report["mismatched_keys"]]:
        raise ModelError(
            f"{folder}: {len(missing)} weights are missing or of another shape, first {missing[0]!r}; "
            "the folder is incomplete, or its config.json belongs to another model"
        )
    return model.to(placement.device).eval()


def _tokenizer_limit(tokenizer: Any) -> int:
    """The tokenizer's own limit, which is then lifted: we count and refuse, where it would print a warning."""
    limit = int(tokenizer.model_max_length)
    tokenizer.model_max_length = int(1e30)
    return limit if limit < _SANE else UNKNOWN_LIMIT


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bar, and not the advice to install sacremoses.

    `MarianTokenizer` asks for it at every load, but never applies the normalizer that it is for.
    """
    bar = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses", category=UserWarning)
            yield
    finally:
        if bar:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


class PlainText:
    """Breaks up strings in a text that the tokenizer would take for control tokens, such as `</s>` or `<|im_end|>`.

    A space goes in after the first character, so a text can neither end a model's turn nor pose as a language code.
    Text without such strings stays as it is.
    """

    def __init__(self, tokenizer: Any) -> None:
        added = tokenizer.added_tokens_decoder.values()
        control = {token.content for token in added if token.special or re.search(r"[<>\[\]|]", token.content)}
        control |= set(tokenizer.all_special_tokens)
        names = sorted((name for name in control if len(name.strip()) > 1), key=len, reverse=True)
        self._control = re.compile("|".join(map(re.escape, names))) if names else None

    def __call__(self, text: str) -> str:
        while self._control is not None and self._control.search(text):
            text = self._control.sub(lambda found: f"{found[0][0]} {found[0][1:]}", text)
        return text
