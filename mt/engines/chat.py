"""Chat models: a decoder that continues a conversation in which a prompt asks for the output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mt.config import Decoding, ModelConfig
from mt.engines.batching import padded
from mt.engines.devices import Placement
from mt.engines.feeding import ChatFeeder, Row
from mt.engines.generation import Start, TransformersGenerator
from mt.engines.models.checkpoint import Checkpoint, open_checkpoint
from mt.engines.prompts import TemplatedConversation


class ChatGenerator(TransformersGenerator):
    """A causal model that is asked by its own chat template and answers one turn."""

    def __init__(self, checkpoint: Checkpoint, config: ModelConfig, decoding: Decoding) -> None:
        conversation = TemplatedConversation(checkpoint.tokenizer, config)
        feeder = ChatFeeder(checkpoint.tokenizer, checkpoint.facts, config, decoding, conversation)
        super().__init__(checkpoint, feeder, config.batch_tokens)

    def _start(self, rows: Sequence[Row]) -> Start:
        ids, mask = padded([row.ids for row in rows], self._own.pad_token_id, left=True)
        attention = torch.tensor(mask, device=self._device)
        return Start(torch.tensor(ids, device=self._device), {"attention_mask": attention})

    def _generate_inputs(self, start: Start) -> dict[str, Any]:
        return {"input_ids": start.prompt, **start.conditions}

    def _output_logits(self, start: Start, sequences: Tensor, some: slice) -> Tensor:
        length = sequences.shape[1] - start.prompt.shape[1]
        mask = start.conditions["attention_mask"][some]
        mask = torch.cat([mask, mask.new_ones(len(mask), length - 1)], dim=1)
        output = self._model(
            input_ids=sequences[some, :-1],
            attention_mask=mask,
            position_ids=(mask.cumsum(-1) - 1).clamp(min=0),
            use_cache=False,
            logits_to_keep=length,
        )
        logits: Tensor = output.logits[:, -length:]
        return logits


def load_chat(folder: Path, config: ModelConfig, decoding: Decoding, placement: Placement) -> ChatGenerator:
    """Open a chat model as the configuration says.

    Raises `ConfigError` when prompt, template or limits do not fit the model, `ModelError` when it cannot be loaded.
    """
    return ChatGenerator(open_checkpoint(folder, "chat", placement), config, decoding)
