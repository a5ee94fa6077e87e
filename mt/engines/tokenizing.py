"""Tokenizers: transformers' own, and the same without it where a model was converted."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from mt.errors import ModelError

UNKNOWN_LIMIT = 512
"""Input tokens of a model that names no limit: what T5 was trained with (arXiv 1910.10683)."""

_SANE = 1_000_000  # tokenizers without a limit say 1e30
_BACKEND = "tokenizer.json"
_EXTRA = "mt-tokenizer.json"


def open_tokenizer(folder: Path) -> tuple[Any, int]:
    """transformers' tokenizer of a folder, and the limit it names, in tokens; imports torch, which takes seconds.

    The limit is lifted from the tokenizer: we count and refuse, where it would print a warning.
    """
    from transformers import AutoTokenizer

    with quiet():
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    limit = int(tokenizer.model_max_length)
    tokenizer.model_max_length = int(1e30)
    return tokenizer, limit if limit < _SANE else UNKNOWN_LIMIT


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bar, and not the advice to install sacremoses.

    `MarianTokenizer` asks for it at every load, but never applies the normalizer that it is for.
    """
    from transformers.utils import logging

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


# ---------------------------------------------------------------- without transformers


def can_be_kept(tokenizer: Any) -> bool:
    """Whether `keep_tokenizer` can write it: it is one of the `tokenizers` library, and takes no languages.

    The languages of NLLB and mBART are set on transformers' own class, which then rewrites its post-processor.
    """
    return hasattr(tokenizer, "backend_tokenizer") and not getattr(tokenizer, "src_lang", None)


def keep_tokenizer(tokenizer: Any, folder: Path) -> None:
    """Write a tokenizer as transformers made it, so that `KeptTokenizer` opens it without transformers.

    The `tokenizer.json` of the model's own folder would not do: some classes of transformers 5 change what they read.
    """
    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    backend.no_truncation()
    backend.no_padding()
    backend.save(str(folder / _BACKEND))
    names = {name: str(token) for name, token in tokenizer.special_tokens_map.items() if isinstance(token, str)}
    extra = {"special": list(tokenizer.all_special_tokens), "names": names}
    (folder / _EXTRA).write_text(json.dumps(extra, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def has_kept_tokenizer(folder: Path) -> bool:
    """Whether `keep_tokenizer` wrote into this folder."""
    return (folder / _EXTRA).is_file() and (folder / _BACKEND).is_file()


class KeptTokenizer:
    """What the engines use of a transformers tokenizer, without transformers and torch: opens in milliseconds."""

    def __init__(self, folder: Path) -> None:
        try:
            self._backend = Tokenizer.from_file(str(folder / _BACKEND))
            extra = json.loads((folder / _EXTRA).read_text(encoding="utf-8"))
        except Exception as error:  # the tokenizers library raises plain Exception
            raise ModelError(f"{folder}: its tokenizer cannot be read ({error}); remove the folder") from error
        self.all_special_tokens: list[str] = extra["special"]
        self._names: dict[str, str] = extra["names"]
        self.eos_token_id = self._named("eos_token")
        self.pad_token_id = self._named("pad_token")
        self.unk_token_id = self._named("unk_token")

    def _named(self, name: str) -> int | None:
        token = self._names.get(name)
        return None if token is None else self._backend.token_to_id(token)

    @property
    def all_special_ids(self) -> list[int]:
        """Ids of the special tokens."""
        ids = [self._backend.token_to_id(token) for token in self.all_special_tokens]
        return [token for token in ids if token is not None]

    @property
    def added_tokens_decoder(self) -> Mapping[int, Any]:
        """Tokens that are cut out of a text before all others, by their ids."""
        return self._backend.get_added_tokens_decoder()

    @cached_property
    def _tokens(self) -> list[str | None]:
        return [self._backend.id_to_token(i) for i in range(self._backend.get_vocab_size())]

    def get_vocab(self) -> dict[str, int]:
        """Id of each token."""
        return self._backend.get_vocab()

    def __call__(
        self, text: str, *, add_special_tokens: bool = True, truncation: bool = False
    ) -> dict[str, Sequence[int]]:
        """The token ids of a text, as `input_ids`."""
        return {"input_ids": self._backend.encode(text, add_special_tokens=add_special_tokens).ids}

    def decode(
        self, ids: Sequence[int], *, skip_special_tokens: bool = True, clean_up_tokenization_spaces: bool = False
    ) -> str:
        """The text of token ids."""
        return self._backend.decode(list(ids), skip_special_tokens=skip_special_tokens)

    def convert_ids_to_tokens(self, ids: Sequence[int]) -> list[str | None]:
        """The token of each id."""
        return [self._tokens[i] for i in ids]

    def convert_tokens_to_ids(self, token: str) -> int | None:
        """The id of a token."""
        return self._backend.token_to_id(token)
