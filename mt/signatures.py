"""Signatures: all that decides the output of a stage, in one line. What has the same signature is comparable.

A run is known by its signatures before a model is loaded, with what is configured; a report carries those of the loaded
models, with what the engine made of it. Both are the same function.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

import mt
from mt.checks import CHECKS_VERSION
from mt.config import Config, ModelConfig, Stage, SummarizeConfig, TranslateConfig
from mt.engines import ENGINES_VERSION
from mt.summaries.summarizer import SUMMARIES_VERSION
from mt.terms import TERMS_VERSION, Glossary, fingerprint, lexicons_fingerprint, load_glossaries, load_lexicons
from mt.text import CLEANING_VERSION, SEGMENTATION_VERSION

if TYPE_CHECKING:
    from mt.engines.models.store import ModelFolder

PACKAGES: Mapping[str, tuple[str, ...]] = {
    "ctranslate2": ("ctranslate2", "tokenizers", "sentencepiece"),
    "transformers": ("torch", "transformers", "tokenizers", "sentencepiece"),
}
"""The packages that an engine needs, whose versions may decide what it writes."""


class Resolved:
    """A configuration with its models' folders, its glossaries and lexicons: each found once, when first asked for."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._folders: dict[str, ModelFolder] = {}

    @cached_property
    def cache(self) -> Path:
        """mt's own model cache."""
        from mt.engines.models.store import cache_folder

        return cache_folder(self.config.cache)

    def folder(self, model: ModelConfig, *, fetch: bool = True) -> ModelFolder:
        """The model's folder on this machine, made when it is not there yet; with `fetch` it may be downloaded.

        Raises `ModelError` when it cannot be had.
        """
        from mt.engines.models.store import resolve

        key = model.model_dump_json()
        if key not in self._folders:
            self._folders[key] = resolve(model, offline=self.config.offline or not fetch, cache=self.cache)
        return self._folders[key]

    def name(self, model: ModelConfig) -> str:
        """`name@revision` of a model."""
        folder = self.folder(model)
        return f"{folder.name}@{folder.revision}"

    @cached_property
    def glossaries(self) -> tuple[Glossary, ...]:
        """The glossaries of the configuration. Raises `ConfigError` for one with faults."""
        return load_glossaries(self.config.translate.glossaries)

    @cached_property
    def lexicons(self) -> tuple[Glossary, ...]:
        """The lexicons of hints, which a signature can do without. Raises `ConfigError` for one with faults."""
        return load_lexicons(self.config.translate.hints)

    @cached_property
    def terms(self) -> str:
        """What decides how names and terms are treated. Raises `ConfigError` for a glossary with faults."""
        translate = self.config.translate
        terms = f"terms={TERMS_VERSION}:{fingerprint(self.glossaries)}"
        return f"{terms} hints={lexicons_fingerprint(translate.hints)}" if translate.hints else terms


@dataclass(frozen=True, slots=True)
class Effective:
    """Engine, device and precision, and the longest input in tokens: as configured, or as a loaded model has them."""

    description: str
    max_input_tokens: int | None

    @classmethod
    def configured(cls, model: ModelConfig) -> Effective:
        """As far as it is known before the model is loaded; the number of a GPU decides nothing."""
        return cls(f"{model.engine}/{model.device.partition(':')[0]}/{model.dtype}", model.max_input_tokens)


@dataclass(frozen=True, slots=True)
class Signatures:
    """All settings that decide the output of each stage, as far as they are known before a model is loaded.

    `summarize` is empty when that stage is off. `models` holds `name@revision` of each stage's model.
    """

    translate: str
    summarize: str
    models: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """Both stages in one line."""
        return f"translate: {self.translate} | summarize: {self.summarize or 'off'}"


def signatures(resolved: Resolved) -> Signatures:
    """What a run with this configuration is known by; models are found (and fetched), not loaded.

    Devices and precisions stand here as they are configured: what `auto` chose is in the signature of each report.
    Raises `ModelError` when a model cannot be had.
    """
    config = resolved.config
    lines: dict[str, str] = {}
    for use in config.uses:
        line = signature(resolved, use.stage, Effective.configured(use.model))
        stage = use.path.partition(".")[0]
        lines[stage] = f"{lines[stage]} second: {line}" if stage in lines else line
    if "summarize" in lines:
        lines["summarize"] += f" summaries={SUMMARIES_VERSION}{consistency_signature(resolved)}"
    whole = {stage: f"{line} {versions()} {packages(config)}" for stage, line in lines.items()}
    models = tuple(resolved.name(use.model) for use in config.uses)
    return Signatures(whole["translate"], whole.get("summarize", ""), models)


def signature(resolved: Resolved, stage: Stage, effective: Effective) -> str:
    """All settings that decide a stage's output, in one line; `batch_tokens` and the number of a GPU do not."""
    parts = [
        resolved.name(stage.model),
        effective.description,
        f"max_input_tokens={effective.max_input_tokens}",
        _settings(stage.model, leave_out=_SAID_OTHERWISE),
        _settings(stage.decoding),
        *_shape(stage),
        " ".join(f"{key}={value!r}" for key, value in stage.model_dump(exclude=_SECTIONS).items()),
        resolved.terms if isinstance(stage, TranslateConfig) else "",
    ]
    return " ".join(part for part in parts if part)


def _shape(stage: Stage) -> tuple[str, ...]:
    """What decides how long a summary is and how it is asked for."""
    if not isinstance(stage, SummarizeConfig):
        return ()
    return _settings(stage.length, keep_defaults=True), _settings(stage.prompts)


def consistency_signature(resolved: Resolved) -> str:
    """What of a consistency model decides the output, to be added to a signature; empty where there is none."""
    consistency = resolved.config.summarize.consistency
    if consistency is None:
        return ""
    settings = consistency.model_dump(exclude={"model"}) | consistency.model.model_dump(
        include={"dtype", "max_input_tokens"}
    )
    values = " ".join(f"{key}={value!r}" for key, value in settings.items())
    return f" consistency: {resolved.name(consistency.model)} {values}"


def versions() -> str:
    """The versions of what mt itself does to texts."""
    return (
        f"mt={mt.__version__} clean={CLEANING_VERSION} segment={SEGMENTATION_VERSION} checks={CHECKS_VERSION} "
        f"engines={ENGINES_VERSION}"
    )


def packages(config: Config) -> str:
    """The packages whose versions may decide what the configured engines write."""
    engines = sorted({model.engine for model in config.models.values()})
    names = dict.fromkeys(package for engine in engines for package in PACKAGES[engine])
    return " ".join(f"{name}={version(name)}" for name in names)


# The second model and the consistency model have signatures of their own; what glossaries say decides, not their place.
_SECTIONS: Mapping[str, bool | set[str]] = {
    "enabled": True, "model": True, "decoding": True, "length": True, "prompts": True, "repair": {"second"},
    "consistency": True, "glossaries": True, "hints": True,
}  # fmt: skip
# In the signature these stand in another form, or they do not decide the output (batch_tokens, licence).
_SAID_OTHERWISE = frozenset(
    "source revision sha256 license noncommercial engine device dtype threads max_input_tokens batch_tokens".split()
)


def _settings(section: BaseModel, leave_out: frozenset[str] = frozenset(), *, keep_defaults: bool = False) -> str:
    """`key=value` of the settings that differ from the schema's defaults; texts with spaces as Python literals."""
    values = section.model_dump(exclude_defaults=not keep_defaults)
    return " ".join(f"{key}={value!r}" for key, value in values.items() if key not in leave_out)
