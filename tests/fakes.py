"""Stand-ins for models, for tests of everything above the seam."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mt.config import Decoding
from mt.errors import ModelError
from mt.records import Generated


@dataclass
class FakeGenerator:
    """Counts words as tokens and answers with `answer(text)`; remembers every call."""

    answer: Callable[[str], str | Generated] = lambda text: f"English of {len(text)} letters."
    max_input_tokens: int = 100
    description: str = "fake"
    calls: list[tuple[tuple[str, ...], Decoding]] = field(default_factory=list)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def generate(self, texts: Sequence[str], decoding: Decoding) -> list[Generated]:
        self.calls.append((tuple(texts), decoding))
        for text in texts:
            if self.count_tokens(text) > self.max_input_tokens:
                raise ModelError(f"{self.count_tokens(text)} tokens are over {self.max_input_tokens}")
        return [self._one(text) for text in texts]

    def together(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        return [(index,) for index in range(len(texts))]

    def _one(self, text: str) -> Generated:
        answer = self.answer(text)
        if isinstance(answer, Generated):
            return answer
        return Generated(answer, -0.5, self.count_tokens(text), len(answer.split()), finished=True)
