"""How a chat model is asked: the configured prompt in the model's own chat template."""

from __future__ import annotations

import string
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from mt.config import ModelConfig
from mt.errors import ConfigError

_PROBES = ("x", "A city, and its river.\n\nThe second paragraph: {ends} here", "Zürich 3.5 % «b»")


class Conversation(Protocol):
    """A conversation whose last turn, the answer, is to be written."""

    @property
    def closing(self) -> frozenset[int]:
        """Tokens with which the template closes an answer."""
        ...

    def render(self, text: str) -> str:
        """The conversation up to the answer, with the text in it."""
        ...


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


def with_open_message(config: ModelConfig) -> ModelConfig:
    """The same model, asked with whole messages: its texts are what the user says, and the system message stays."""
    if config.prompt is None:
        return config
    return config.model_copy(update={"prompt": config.prompt.model_copy(update={"user": "{text}"})})


class TemplatedConversation:
    """A conversation by the chat template of a transformers tokenizer.

    Raises `ConfigError` when there is no template, or when it refuses the prompt.
    """

    def __init__(self, tokenizer: Any, config: ModelConfig) -> None:
        from jinja2 import TemplateError

        if config.prompt is None:
            raise ConfigError("kind: a chat model needs a prompt")
        self._tokenizer = tokenizer
        self._user = PromptTemplate(config.prompt.user, {})
        self._system = PromptTemplate(config.prompt.system, {})
        self._options = config.chat_template_options
        if not tokenizer.chat_template:
            raise ConfigError(
                "kind: chat needs a tokenizer with a chat template, and this one has none; it is a base model, so take "
                "its instruct version"
            )
        try:
            self.render("x")
        except TemplateError as error:
            raise ConfigError(
                f"prompt: the model's chat template refuses it ({error}); it may allow no system"
            ) from error
        self.closing: frozenset[int] = frozenset()
        with suppress(TemplateError):  # a template for a single turn: what the model and the tokenizer name must do
            self.closing = self._closing()

    def render(self, text: str) -> str:
        """The conversation up to the answer, with the text in it."""
        rendered: str = self._tokenizer.apply_chat_template(
            self._messages(text), tokenize=False, add_generation_prompt=True, **self._options
        )
        return rendered

    def _messages(self, text: str) -> list[dict[str, str]]:
        roles = (("system", self._system.fill(text)), ("user", self._user.fill(text)))
        return [{"role": role, "content": content} for role, content in roles if content]

    def _closing(self) -> frozenset[int]:
        answer = "answer-of-the-model"
        talk = [*self._messages("x"), {"role": "assistant", "content": answer}]
        rendered: str = self._tokenizer.apply_chat_template(talk, tokenize=False, **self._options)
        _, _, tail = rendered.rpartition(answer)
        control = set(self._tokenizer.added_tokens_decoder)
        first = self._tokenizer(tail.lstrip(), add_special_tokens=False)["input_ids"][:1]
        return frozenset(token for token in first if token in control)


@dataclass(frozen=True, slots=True)
class FixedConversation:
    """A conversation without a template: the text stands between fixed pieces."""

    pieces: tuple[str, ...]
    closing: frozenset[int]

    def render(self, text: str) -> str:
        """The conversation up to the answer, with the text in it."""
        return text.join(self.pieces)


def fixed(conversation: Conversation) -> FixedConversation | None:
    """The same conversation without its template, where all that the template does with a text is to put it in."""
    marker = "\u2983text\u2984"
    candidate = FixedConversation(tuple(conversation.render(marker).split(marker)), conversation.closing)
    same = all(candidate.render(probe) == conversation.render(probe) for probe in _PROBES)
    return candidate if same and len(candidate.pieces) > 1 else None
