"""What can be set of a training. The defaults are the same as `configs/training/finetune.yaml`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from mt.config import ModelConfig, config_folder, is_noncommercial, load_settings

DEFAULT_START = "embedded:ar-en"
EMBEDDED_LEXICON = "ar-en"
_EXPONENT = re.compile(r"[0-9.]+e[-+]?[0-9]+", re.IGNORECASE)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class PairsFile(_Strict):
    """A file of sentence pairs, `.tsv` or `.jsonl`, plain or packed (`.gz`, `.xz`, `.zst`)."""

    path: str
    weight: float = Field(default=1.0, gt=0, le=100)
    """How often each pair is seen in an epoch; of 0.25, a quarter of the pairs, others each time."""
    license: str | None = None
    """Named in the card; nothing else depends on it."""
    name: str | None = Field(default=None, min_length=1)
    """Of a development set, in the scores; None: the name of the file without its endings."""


class DataConfig(_Strict):
    """How lines become pairs, and which pairs are used."""

    columns: int = Field(default=2, ge=2)
    """Columns of a TSV line: Arabic, English, and others that are ignored. Another number is a bad line."""
    source_field: str = Field(default="arabic", min_length=1)
    target_field: str = Field(default="english", min_length=1)
    bad_lines: Literal["stop", "skip"] = "stop"
    max_tokens: int = Field(default=160, ge=4)
    """Longest side of a pair in the model's tokens, special ones included; longer pairs are skipped and counted."""
    hints: tuple[str, ...] | None = Field(default=None, strict=False)
    """Lexicons (names of the package or paths) from which code-switched copies of the pairs are made; None: `ar-en` for
    embedded models, which are used with hints, and none for others."""
    hint_share: float = Field(default=0.75, gt=0, le=1)
    """Share of the lexicon's terms in a pair that its code-switched copy has in English."""
    hinted_weight: float = Field(default=1.0, gt=0, le=100)
    """How often each code-switched copy is seen in an epoch, times the weight of its file."""


class OptimizerConfig(_Strict):
    """AdamW (arXiv 1711.05101) with a learning rate that rises, then falls."""

    learning_rate: float = Field(default=5e-5, gt=0)
    schedule: Literal["linear", "cosine", "inverse_sqrt", "constant"] = "linear"
    warmup_steps: int = Field(default=100, ge=0)
    label_smoothing: float = Field(default=0.1, ge=0, lt=1)
    weight_decay: float = Field(default=0.01, ge=0)
    max_grad_norm: float = Field(default=1.0, gt=0)
    batch_tokens: int = Field(default=2000, ge=1)
    """Padded tokens of the longer side in one batch; bounds memory."""
    accumulate: int = Field(default=1, ge=1)
    """Batches whose gradients make one step: a large batch on a small device."""
    freeze: Literal["none", "encoder"] = "none"
    """encoder: encoder and shared embeddings stay as they are; a step takes less time and memory."""
    encoder_rate: float = Field(default=1.0, gt=0, le=10)
    """Learning rate of encoder and shared embeddings as a multiple of `learning_rate`; under 1 keeps more of what a
    pretrained encoder knows (discriminative fine-tuning, Howard and Ruder 2018, arXiv 1801.06146)."""

    @field_validator("learning_rate", mode="before")
    @classmethod
    def _exponent_needs_no_point(cls, value: Any) -> Any:
        """PyYAML takes 2e-5 for a text (YAML 1.1 wants 2.0e-5), and everybody writes it."""
        return float(value) if isinstance(value, str) and _EXPONENT.fullmatch(value) else value


class LimitsConfig(_Strict):
    """When training ends: at whichever comes first. The learning rate falls with the one that is nearest."""

    epochs: float | None = Field(default=3.0, gt=0)
    max_steps: int | None = Field(default=None, ge=1)
    minutes: float | None = Field(default=None, gt=0)
    """Of training and its evaluations, over all restarts; loading, the last evaluation and the export come on top."""
    patience: int | None = Field(default=None, ge=1)
    """End after so many evaluations without a better score."""

    @model_validator(mode="after")
    def _training_ends(self) -> Self:
        if self.epochs is None and self.max_steps is None and self.minutes is None:
            raise ValueError("one of epochs, max_steps and minutes must be set, or the training would never end")
        return self


class EvaluateConfig(_Strict):
    """Translation of development pairs during training, as the finished model will be used."""

    every_steps: int = Field(default=500, ge=1)
    sample: int | None = Field(default=300, ge=1)
    """Pairs drawn from each development set; null: all."""
    num_beams: int = Field(default=4, ge=1, le=32)
    """Beams of the search; 1 is greedy and faster, and ranks weights differently from what the configurations use."""
    hints: tuple[str, ...] | None = Field(default=None, strict=False)
    """Lexicons whose English is written into the development sources; None: those of `data.hints`."""
    metric: Literal["chrf", "bleu"] = "chrf"
    """Which score, as the mean over the development sets, decides what is best; both are reported."""


class ExportConfig(_Strict):
    """What is made of the best weights."""

    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    """Of the weights on disk; auto: float16 where the start model has it, else float32."""
    packed: bool = False
    """Also write the packed int8 form that stands in `mt/embedded/`."""
    name: str | None = Field(default=None, min_length=1)
    license: str | None = None


class TrainingConfig(_Strict):
    """Everything that can be set of a training."""

    offline: bool = False
    cache: str | None = None
    allow_noncommercial: bool = False
    model: ModelConfig = ModelConfig(source=DEFAULT_START)
    """The model to start from; its dtype is the precision of the computation, weights are learned in float32."""
    pairs: tuple[PairsFile, ...] = Field(default=(), strict=False)
    dev: tuple[PairsFile, ...] = Field(default=(), strict=False)
    data: DataConfig = DataConfig()
    optimizer: OptimizerConfig = OptimizerConfig()
    limits: LimitsConfig = LimitsConfig()
    evaluate: EvaluateConfig = EvaluateConfig()
    export: ExportConfig = ExportConfig()
    checkpoint_minutes: float = Field(default=5.0, ge=0)
    seed: int = Field(default=0, ge=0, lt=2**31)

    @field_validator("model", mode="before")
    @classmethod
    def _source_has_a_default(cls, value: Any) -> Any:
        return {"source": DEFAULT_START, **value} if isinstance(value, dict) else value

    @field_validator("pairs", "dev", mode="before")
    @classmethod
    def _paths_are_files(cls, value: Any) -> Any:
        """A path stands for the file with no more said of it, and one file for a list of one."""
        items = value if isinstance(value, (list, tuple)) else [value]
        return tuple({"path": item} if isinstance(item, str) else item for item in items)

    @model_validator(mode="after")
    def _fields_fit_together(self) -> Self:
        if self.model.kind != "seq2seq" or self.model.engine != "transformers":
            raise ValueError("model: only seq2seq models are trained, with engine: transformers")
        if self.model.dtype not in ("auto", "float32", "bfloat16"):
            raise ValueError(f"model.dtype: found {self.model.dtype}, expected auto, float32 or bfloat16 to train in")
        if not self.pairs:
            raise ValueError("pairs: missing; name at least one file of sentence pairs")
        if self.optimizer.freeze == "encoder" and self.optimizer.encoder_rate != 1.0:
            raise ValueError("optimizer.encoder_rate: has no effect with freeze: encoder; leave one of them out")
        names = [dev_name(file) for file in self.dev]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"dev: two development sets have the name {twice[0]}; give one of them a `name`")
        if self.limits.patience is not None and not self.dev:
            raise ValueError("limits.patience: stopping early needs development pairs (dev)")
        if is_noncommercial(self.model) and not self.allow_noncommercial:
            raise ValueError(
                f"model: the weights of {self.model.source} may not be used commercially, nor what is trained from "
                "them; set allow_noncommercial: true to accept that"
            )
        return self

    @property
    def lexicons(self) -> tuple[str, ...]:
        """The lexicons of code-switched training pairs."""
        if self.data.hints is not None:
            return self.data.hints
        return (EMBEDDED_LEXICON,) if self.model.source.startswith("embedded:") else ()

    @property
    def dev_lexicons(self) -> tuple[str, ...]:
        """The lexicons whose hints stand in the development sources."""
        return self.lexicons if self.evaluate.hints is None else self.evaluate.hints


def dev_name(file: PairsFile) -> str:
    """What the scores call a development set."""
    return file.name or Path(file.path).name.split(".")[0]


def training_folder() -> Path:
    """The folder of the ready-made training settings."""
    return config_folder() / "training"


def overrides(pairs: Sequence[str] = (), dev: Sequence[str] | None = None, minutes: float | None = None) -> list[str]:
    """What the command line names by its own options, as `dotted.key=value`."""
    named: dict[str, Any] = {"pairs": list(pairs) or None, "dev": dev, "limits.minutes": minutes}
    return [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in named.items() if value is not None]


def load_training(
    source: str | Path | None = None,
    overrides: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> TrainingConfig:
    """Read training settings from a file or ready-made ones by name; without `source`, the defaults.

    `overrides` are `dotted.key=value` with YAML values and win over the file.
    Raises `ConfigError` that lists every fault with its place.
    """
    environment = os.environ if environment is None else environment
    return load_settings(TrainingConfig, source, overrides, environment, training_folder())
