"""Opens a Hugging Face folder: configuration, tokenizer and weights, from safetensors only and without the network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

from mt.engines.devices import Placement
from mt.engines.models.facts import ModelFacts
from mt.engines.search import end_tokens, forbidden_tokens, identity
from mt.engines.tokenizing import open_tokenizer, quiet
from mt.errors import ConfigError, ModelError

_LOCAL = {"local_files_only": True, "trust_remote_code": False}
_CLASSES = {"seq2seq": AutoModelForSeq2SeqLM, "chat": AutoModelForCausalLM}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An opened model; its own generation settings are reduced to those that identify it."""

    model: Any
    tokenizer: Any
    placement: Placement
    facts: ModelFacts

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
        with quiet():
            _check_kind(folder, kind)
            tokenizer, limit = open_tokenizer(folder)
            model = read_weights(folder, _CLASSES[kind], placement)
    except (OSError, ValueError, KeyError, TypeError, ImportError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"{folder}: cannot load the model ({type(error).__name__}: {error}); expected a Hugging Face folder with "
            "config.json, tokenizer files and safetensors weights"
        ) from error
    model.generation_config = identity(model.generation_config)
    if not end_tokens(model.generation_config) and tokenizer.eos_token_id is None:
        raise ModelError(f"{folder}: the model names no end-of-sequence token (eos_token_id), so no output would end")
    return Checkpoint(model, tokenizer, placement, facts_of(model, tokenizer, limit))


def _check_kind(folder: Path, kind: str) -> None:
    config = AutoConfig.from_pretrained(folder, **_LOCAL)
    actual = "seq2seq" if config.is_encoder_decoder else "chat"
    if actual != kind:
        raise ConfigError(f"kind: found {kind}, but {folder} holds a model of type {config.model_type}; use {actual}")


def read_weights(folder: Path, auto_class: Any, placement: Placement) -> Any:
    """The folder's model as one of transformers' automatic classes makes it, in place and ready for inference.

    Raises `ModelError` when it holds only a part of the weights, and whatever transformers raises.
    """
    model, report = auto_class.from_pretrained(
        folder, dtype=getattr(torch, placement.dtype), use_safetensors=True, output_loading_info=True, **_LOCAL
    )
    if missing := sorted(report["missing_keys"]) + [str(found[0]) for found in report["mismatched_keys"]]:
        raise ModelError(
            f"{folder}: {len(missing)} weights are missing or of another shape, first {missing[0]!r}; "
            "the folder is incomplete, or its config.json belongs to another model"
        )
    return model.to(placement.device).eval()


def facts_of(model: Any, tokenizer: Any, limit: int) -> ModelFacts:
    """What an engine must know of an opened model; `limit` is the longest input in tokens by its tokenizer."""
    own = model.generation_config
    config = model.config.get_text_config()
    positions = _first(config, "max_encoder_position_embeddings", "max_position_embeddings")
    return ModelFacts(
        model_type=model.config.model_type,
        positions=positions,
        output_positions=_first(config, "max_decoder_position_embeddings") or positions,
        tokenizer_limit=limit,
        start=own.bos_token_id if own.decoder_start_token_id is None else own.decoder_start_token_id,
        forced_start=own.forced_bos_token_id,
        ends=tuple(sorted(end_tokens(own))),
        pad=own.pad_token_id if tokenizer.pad_token_id is None else tokenizer.pad_token_id,
        forbidden=forbidden_tokens(own),
        starts_from_language=type(tokenizer).__name__ == "MBartTokenizer",
    )


def _first(config: Any, *names: str) -> int | None:
    return next((int(found) for name in names if (found := getattr(config, name, None)) is not None), None)
