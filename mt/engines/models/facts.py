"""What an engine must know of a model besides its weights: ids that identify it and how many positions it has."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mt.errors import ModelError

FACTS = "mt-facts.json"


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Token ids and position limits of one model, as its folder gives them; None where it gives none."""

    model_type: str
    positions: int | None
    """Length in tokens of the table of positions of what the model reads; None: relative positions (T5, MADLAD)."""
    output_positions: int | None
    """The same of what it writes; for chat models both together are `positions`."""
    tokenizer_limit: int
    """Longest input by the tokenizer's own account, in tokens."""
    start: int | None
    """What the decoder starts from."""
    forced_start: int | None
    """What it must write first (BART's `<s>`)."""
    ends: tuple[int, ...]
    pad: int | None
    forbidden: tuple[int, ...]
    """Tokens that the model's own settings never allow."""
    starts_from_language: bool = False
    """The first mBART (25 languages) starts from the target language itself (arXiv 2001.08210)."""


def write_facts(folder: Path, facts: ModelFacts) -> None:
    """Keep the facts in a folder as JSON."""
    (folder / FACTS).write_text(json.dumps(asdict(facts), indent=1) + "\n", encoding="utf-8")


def read_facts(folder: Path) -> ModelFacts:
    """The facts kept in a folder. Raises `ModelError` when they are not as `write_facts` wrote them."""
    try:
        values: dict[str, Any] = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        lists = {name: tuple(values[name]) for name in ("ends", "forbidden")}
        return ModelFacts(**{**values, **lists})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(
            f"{folder / FACTS}: cannot be read ({error!r}); remove the folder; it will be created again"
        ) from error
