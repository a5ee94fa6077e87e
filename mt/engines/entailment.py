"""Sequence classification: how likely a text follows from another, by a model trained on natural language inference."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForSequenceClassification

from mt.config import ConsistencyConfig
from mt.engines.batching import batches
from mt.engines.devices import Placement
from mt.engines.models.checkpoint import read_weights
from mt.engines.tokenizing import open_tokenizer, quiet
from mt.errors import ConfigError, ModelError

_POSITIVE = ("entailment", "entail", "entailed", "consistent", "supported", "faithful")


class ClassifierEntailment:
    """An `Entailment` over a transformers classifier of pairs of texts."""

    def __init__(self, model: Any, tokenizer: Any, config: ConsistencyConfig, limit: int) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._label = _label(model.config, config.label)
        self._limit = min(limit, config.model.max_input_tokens or limit)
        self._batch_tokens = config.model.batch_tokens

    def score(self, premises: Sequence[str], hypotheses: Sequence[str]) -> list[float]:
        """Probability, 0 to 1, that each hypothesis follows from its premise, in order, whatever the batching.

        Of a pair that is too long for the model the longer text is cut at its end. Raises `ModelError` when the model
        fails.
        """
        lengths = [len(ids) for ids in self._encoded(premises, hypotheses)["input_ids"]] if premises else []
        scores = [0.0] * len(lengths)
        for batch in batches(lengths, self._batch_tokens):
            batch_scores = self._batch([premises[i] for i in batch], [hypotheses[i] for i in batch])
            for index, score in zip(batch, batch_scores, strict=True):
                scores[index] = score
        return scores

    def _encoded(self, premises: Sequence[str], hypotheses: Sequence[str], **options: Any) -> Any:
        return self._tokenizer(
            list(premises), list(hypotheses), truncation="longest_first", max_length=self._limit, **options
        )

    def _batch(self, premises: Sequence[str], hypotheses: Sequence[str]) -> list[float]:
        try:
            with torch.inference_mode():
                inputs = self._encoded(premises, hypotheses, padding=True, return_tensors="pt")
                logits = self._model(**inputs.to(self._model.device)).logits.float()
        except (RuntimeError, IndexError, ValueError) as error:
            raise ModelError(f"the consistency model failed on {len(premises)} pairs: {error}") from error
        probabilities = logits.sigmoid()[:, 0] if logits.shape[1] == 1 else logits.softmax(-1)[:, self._label]
        if not bool(probabilities.isfinite().all()):
            raise ModelError("the consistency model computed no number; set dtype: float32, or check the weights")
        scores: list[float] = probabilities.tolist()
        return scores


def load_classifier(folder: Path, config: ConsistencyConfig, placement: Placement) -> ClassifierEntailment:
    """Open a classifier, from safetensors only.

    Raises `ConfigError` when its labels do not tell which one means that a text follows, `ModelError` when it cannot
    be loaded.
    """
    try:
        with quiet():
            tokenizer, limit = open_tokenizer(folder)
            model = read_weights(folder, AutoModelForSequenceClassification, placement)
    except (OSError, ValueError, KeyError, TypeError, ImportError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"{folder}: cannot load the consistency model ({type(error).__name__}: {error})") from error
    # RoBERTa counts its positions from the padding index on, so that two of them hold no token.
    positions = getattr(model.config, "max_position_embeddings", None)
    return ClassifierEntailment(model, tokenizer, config, min(limit, positions - 2) if positions else limit)


def _label(config: Any, wanted: str | None) -> int:
    """Index of the label that means that the hypothesis follows from the premise."""
    labels = {str(name).lower(): int(index) for name, index in config.label2id.items()}
    if len(labels) == 1:
        return 0
    names = [wanted.lower()] if wanted else [name for name in _POSITIVE if name in labels]
    if not names or names[0] not in labels:
        raise ConfigError(
            f"summarize.consistency.label: found {wanted!r}, expected the label of this model that means that a text "
            f"follows from another: {', '.join(sorted(labels))}"
        )
    return labels[names[0]]
