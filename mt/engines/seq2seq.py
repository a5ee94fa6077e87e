"""Encoder-decoder models: Marian, NLLB and M2M100, mBART, T5 and MADLAD, BART, Pegasus.

They differ by values only: prefix, language codes, special tokens and position limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutput

from mt.config import ModelConfig
from mt.engines.batching import padded
from mt.engines.devices import Placement
from mt.engines.feeding import Row, Seq2SeqFeeder
from mt.engines.generation import Start, TransformersGenerator
from mt.engines.models.checkpoint import Checkpoint, open_checkpoint


class Seq2SeqGenerator(TransformersGenerator):
    """An encoder reads prefix and text, a decoder writes the output after its start and language tokens."""

    def __init__(self, checkpoint: Checkpoint, config: ModelConfig) -> None:
        feeder = Seq2SeqFeeder(checkpoint.tokenizer, checkpoint.facts, config)
        super().__init__(checkpoint, feeder, config.batch_tokens)
        self._opening = feeder.opening
        self._own.decoder_start_token_id = self._opening[0]

    def _start(self, rows: Sequence[Row]) -> Start:
        ids, mask = padded([row.ids for row in rows], self._own.pad_token_id)
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
