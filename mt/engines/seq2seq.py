"""Encoder-decoder models: Marian, NLLB and M2M100, mBART, T5 and MADLAD, BART, Pegasus.

They differ by values only: prefix, language codes, special tokens and position limits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutput

from mt.config import ModelConfig
from mt.engines.batching import padded
from mt.engines.checkpoint import Checkpoint, open_checkpoint
from mt.engines.devices import Placement
from mt.engines.generation import Row, Start, TransformersGenerator
from mt.engines.languages import MULTILINGUAL, check_code, check_markers, language_tokens
from mt.errors import ConfigError, ModelError


class Seq2SeqGenerator(TransformersGenerator):
    """An encoder reads prefix and text, a decoder writes the output after its start and language tokens.

    The language token is given, not generated: it counts neither as output nor in the score.
    """

    def __init__(self, checkpoint: Checkpoint, config: ModelConfig) -> None:
        super().__init__(checkpoint, config.batch_tokens)
        self._prefix = config.prefix
        target = _set_languages(checkpoint, config)
        check_markers(config.prefix, checkpoint.tokenizer.get_vocab())
        self._opening = _decoder_opening(checkpoint, target)
        self._own.decoder_start_token_id = self._opening[0]
        self._positions = _positions(checkpoint.model.config)
        around = len(self._encode("x")) - self.count_tokens("x")
        self.max_input_tokens = _input_limit(self._positions, checkpoint.tokenizer_limit, around, config)

    def _encode(self, text: str) -> list[int]:
        if not self._prefix and hasattr(self._tokenizer, "supported_language_codes"):
            # MarianTokenizer takes everything from a leading >> to the next << for the name of a language.
            text = re.sub(r"^(\s*)>>", r"\1> >", text)
        ids = self._ids(self._prefix + text, special=True)
        if self._positions is not None and len(ids) > self._positions:
            raise ModelError(
                f"prefix and text have {len(ids)} tokens, the model reads {self._positions}; split the text"
            )
        return ids

    def _room(self, length: int) -> int | None:
        positions = getattr(self._model.config, "max_decoder_position_embeddings", self._positions)
        return None if positions is None else positions - len(self._opening)

    def _start(self, rows: Sequence[Row]) -> Start:
        ids, mask = padded([row.ids for row in rows], self._tokenizer.pad_token_id)
        attention = torch.tensor(mask, device=self._device)
        encoder = self._model.get_encoder()
        hidden = encoder(input_ids=torch.tensor(ids, device=self._device), attention_mask=attention).last_hidden_state
        prompt = torch.tensor([self._opening] * len(rows), device=self._device)
        return Start(prompt, {"encoder_outputs": hidden, "attention_mask": attention})

    def _generate_inputs(self, start: Start) -> dict[str, Any]:
        # A new BaseModelOutput for each call: beam search repeats its rows in place.
        hidden = BaseModelOutput(last_hidden_state=start.conditions["encoder_outputs"])
        return {
            "encoder_outputs": hidden,
            "attention_mask": start.conditions["attention_mask"],
            "decoder_input_ids": start.prompt,
        }

    def _output_logits(self, start: Start, sequences: Tensor, some: slice) -> Tensor:
        hidden = BaseModelOutput(last_hidden_state=start.conditions["encoder_outputs"][some])
        output = self._model(
            encoder_outputs=hidden,
            attention_mask=start.conditions["attention_mask"][some],
            decoder_input_ids=sequences[some, :-1],
            use_cache=False,
        )
        logits: Tensor = output.logits[:, len(self._opening) - 1 :]
        return logits


def load_seq2seq(folder: Path, config: ModelConfig, placement: Placement) -> Seq2SeqGenerator:
    """Open a seq2seq model as the configuration says.

    Raises `ConfigError` when language codes, prefix or limits do not fit the model, `ModelError` when it cannot be
    loaded.
    """
    return Seq2SeqGenerator(open_checkpoint(folder, "seq2seq", placement), config)


def _set_languages(checkpoint: Checkpoint, config: ModelConfig) -> int | None:
    """Tell the tokenizer the source language; the id of the target language's token, None for other families."""
    kind = checkpoint.model.config.model_type
    if kind not in MULTILINGUAL:
        if config.source_code or config.target_code:
            field = "source_code" if config.source_code else "target_code"
            raise ConfigError(f"{field}: models of type {kind} have no language codes; remove it, or use a prefix")
        return None
    tokens = language_tokens(checkpoint.tokenizer)
    faults = []
    codes = {}
    for field in ("source_code", "target_code"):
        try:
            codes[field] = check_code(field, getattr(config, field), tokens)
        except ConfigError as error:
            faults.append(str(error))
    if faults:
        raise ConfigError("\n".join(faults))
    checkpoint.tokenizer.src_lang = codes["source_code"]
    target = int(checkpoint.tokenizer.convert_tokens_to_ids(tokens[codes["target_code"]]))
    if target == checkpoint.tokenizer.unk_token_id:
        raise ConfigError(f"target_code: {codes['target_code']!r} is not in the vocabulary of this model")
    return target


def _decoder_opening(checkpoint: Checkpoint, target: int | None) -> tuple[int, ...]:
    """The tokens that the decoder starts from: its start token, then the language or another token it must begin with.

    The first mBART (25 languages) starts from the language itself (arXiv 2001.08210).
    """
    own = checkpoint.model.generation_config
    start = own.bos_token_id if own.decoder_start_token_id is None else own.decoder_start_token_id
    if target is not None and type(checkpoint.tokenizer).__name__ == "MBartTokenizer":
        return (target,)
    if start is None:
        raise ModelError("the model names no decoder_start_token_id, so its decoder cannot start")
    forced = own.forced_bos_token_id if target is None else target
    return (start,) if forced is None else (start, forced)


def _positions(config: Any) -> int | None:
    """Length in tokens of the encoder's table of positions; None for models with relative positions (T5, MADLAD)."""
    for name in ("max_encoder_position_embeddings", "max_position_embeddings"):
        if (found := getattr(config, name, None)) is not None:
            return int(found)
    return None


def _input_limit(positions: int | None, tokenizer_limit: int, around: int, config: ModelConfig) -> int:
    """Longest text in tokens; `around` is how many tokens the special ones and the prefix take."""
    asked = config.max_input_tokens
    if positions is None:
        return asked or tokenizer_limit - around
    if asked is not None and asked > positions:
        raise ConfigError(
            f"max_input_tokens: found {asked}, but this model has {positions} positions and cannot read on; "
            f"wanted at most {positions - around}"
        )
    if around >= positions:
        raise ConfigError(f"prefix: it takes all {positions} tokens that this model can read")
    return min(asked or positions, positions - around)
