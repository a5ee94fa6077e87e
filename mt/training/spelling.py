"""Targets spelled with the tokens that a model may write.

The embedded model bans the tokens that its Arabic needs, and some of them are pieces of English too (`2022`, `maz`):
a tenth of news pairs hold one. Its tokenizer does not know of the ban, so what it cuts is cut once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any


class Spelling:
    """Replaces banned tokens by the fewest allowed ones that spell the same."""

    def __init__(self, tokenizer: Any, banned: frozenset[int]) -> None:
        self._tokenizer = tokenizer
        self._banned = banned
        special = set(tokenizer.all_special_ids)
        allowed = {} if not banned else tokenizer.get_vocab()
        self._allowed = {piece: id_ for piece, id_ in allowed.items() if id_ not in banned and id_ not in special}
        self._longest = max(map(len, self._allowed), default=0)
        self._pieces = cache(self._respell)

    def __call__(self, ids: Sequence[int]) -> tuple[int, ...] | None:
        """The same text in allowed tokens; None where it cannot be written so."""
        if self._banned.isdisjoint(ids):
            return tuple(ids)
        respelled: list[int] = []
        for id_ in ids:
            pieces = self._pieces(id_) if id_ in self._banned else (id_,)
            if pieces is None:
                return None
            respelled += pieces
        return tuple(respelled) if self._read(respelled) == self._read(ids) else None

    def _respell(self, banned: int) -> tuple[int, ...] | None:
        """Shortest way through the token's letters; of several the one whose last piece is longest."""
        letters: str = self._tokenizer.convert_ids_to_tokens(banned)
        ways: list[tuple[int, ...] | None] = [()]
        for end in range(1, len(letters) + 1):
            best: tuple[int, ...] | None = None
            for start in range(max(0, end - self._longest), end):
                before, piece = ways[start], self._allowed.get(letters[start:end])
                if before is not None and piece is not None and (best is None or len(before) + 1 < len(best)):
                    best = (*before, piece)
            ways.append(best)
        return ways[-1]

    def _read(self, ids: Sequence[int]) -> str:
        text: str = self._tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text
