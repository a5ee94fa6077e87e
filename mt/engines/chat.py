"""Chat models: a decoder that continues a conversation in which a prompt asks for the output."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from jinja2 import TemplateError
from torch import Tensor

from mt.config import Decoding, ModelConfig
from mt.engines.batching import padded
from mt.engines.checkpoint import Checkpoint, open_checkpoint
from mt.engines.devices import Placement
from mt.engines.generation import Row, Start, TransformersGenerator
from mt.engines.search import end_tokens
from mt.errors import ConfigError

_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)


class PromptTemplate:
    """A prompt whose `{text}` is still open; all other placeholders are filled when it is made.

    Raises `ConfigError` when a placeholder has no value.
    """

    def __init__(self, template: str, values: Mapping[str, object]) -> None:
        self._pieces: list[str | None] = []
        for literal, name, _, _ in string.Formatter().parse(template):
            self._pieces.append(literal)
            if name == "text":
                self._pieces.append(None)
            elif name is not None:
                if name not in values:
                    raise ConfigError(f"prompt: no value for {{{name}}} in this stage; write it out, or remove it")
                self._pieces.append(str(values[name]))

    def fill(self, text: str) -> str:
        """The prompt with the text in it, letter for letter: braces in the text mean nothing."""
        return "".join(text if piece is None else piece for piece in self._pieces)


class ChatGenerator(TransformersGenerator):
    """A causal model that is asked by its own chat template and answers one turn.

    What it thinks between `<think>` and `</think>` is taken out of the output; an output that never stops thinking is
    empty and unfinished. Score and output tokens count the thoughts.
    """

    def __init__(
        self, checkpoint: Checkpoint, config: ModelConfig, decoding: Decoding, values: Mapping[str, object]
    ) -> None:
        super().__init__(checkpoint, config.batch_tokens)
        if config.prompt is None:
            raise ConfigError("kind: a chat model needs a prompt")
        self._user = PromptTemplate(config.prompt.user, values)
        self._system = PromptTemplate(config.prompt.system, values)
        self._options = config.chat_template_options
        self._check_template()
        self._own.eos_token_id = sorted(self._ends())
        if self._own.pad_token_id is None:
            self._own.pad_token_id = self._own.eos_token_id[0]
        self._context = _context(checkpoint)
        self.max_input_tokens = self._input_limit(config, decoding)

    def _check_template(self) -> None:
        if not self._tokenizer.chat_template:
            raise ConfigError(
                "kind: chat needs a tokenizer with a chat template, and this one has none; it is a base model, so take "
                "its instruct version"
            )
        try:
            self._render("x")
        except TemplateError as error:
            raise ConfigError(
                f"prompt: the model's chat template refuses it ({error}); it may allow no system"
            ) from error

    def _messages(self, text: str) -> list[dict[str, str]]:
        roles = (("system", self._system.fill(text)), ("user", self._user.fill(text)))
        return [{"role": role, "content": content} for role, content in roles if content]

    def _render(self, text: str) -> str:
        rendered: str = self._tokenizer.apply_chat_template(
            self._messages(text), tokenize=False, add_generation_prompt=True, **self._options
        )
        return rendered

    def _ends(self) -> frozenset[int]:
        """The model's end tokens, the tokenizer's, and the token with which the template closes an answer."""
        own = self._tokenizer.eos_token_id
        return end_tokens(self._own) | self._closing() | (frozenset() if own is None else {own})

    def _closing(self) -> frozenset[int]:
        answer = "answer-of-the-model"
        talk = [*self._messages("x"), {"role": "assistant", "content": answer}]
        try:
            rendered: str = self._tokenizer.apply_chat_template(talk, tokenize=False, **self._options)
        except TemplateError:
            return frozenset()  # a template for a single turn: what the model and the tokenizer name must do
        _, _, tail = rendered.rpartition(answer)
        control = set(self._tokenizer.added_tokens_decoder)
        return frozenset([token for token in self._ids(tail.lstrip(), special=False)[:1] if token in control])

    def _input_limit(self, config: ModelConfig, decoding: Decoding) -> int:
        around = len(self._encode("x")) - self.count_tokens("x")
        asked = config.max_input_tokens
        if asked is not None and asked > self._context:
            raise ConfigError(f"max_input_tokens: found {asked}, but this model's context is {self._context} tokens")
        left = self._context - around - decoding.max_new_tokens
        if left < 1:
            raise ConfigError(
                f"max_new_tokens: {decoding.max_new_tokens} new tokens and {around} of the prompt leave no room for a "
                f"text in this model's context of {self._context} tokens"
            )
        return min(asked or left, left)

    def _encode(self, text: str) -> list[int]:
        # The template writes the special tokens itself.
        return self._ids(self._render(text), special=False)

    def _room(self, length: int) -> int | None:
        return max(1, self._context - length)

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

    def _read(self, row: Row, written: str) -> tuple[str, bool]:
        # Some templates open the thought themselves, so that only its end is in the output.
        opened = self._render(self._plain(row.text)).rstrip().endswith("<think>")
        text = _THOUGHT.sub("", "<think>" + written if opened else written)
        return ("", False) if "<think>" in text else (text.strip(), True)


def load_chat(
    folder: Path, config: ModelConfig, decoding: Decoding, values: Mapping[str, object], placement: Placement
) -> ChatGenerator:
    """Open a chat model as the configuration says; `values` fill the prompt's placeholders but for `{text}`.

    Raises `ConfigError` when prompt, template or limits do not fit the model, `ModelError` when it cannot be loaded.
    """
    return ChatGenerator(open_checkpoint(folder, "chat", placement), config, decoding, values)


def _context(checkpoint: Checkpoint) -> int:
    """Tokens of prompt and output together."""
    positions = getattr(checkpoint.model.config.get_text_config(), "max_position_embeddings", None)
    return checkpoint.tokenizer_limit if positions is None else int(positions)
