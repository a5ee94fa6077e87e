"""The one constructor of models."""

from __future__ import annotations

from pathlib import Path

from mt.config import ConsistencyConfig, Decoding, ModelConfig
from mt.engines import Entailment, ScoringGenerator
from mt.engines.cores import threads
from mt.engines.devices import Placement, look, look_ctranslate2, place, place_ctranslate2
from mt.errors import ConfigError

# What `dtype: auto` means for CTranslate2 on a CPU. int8 costs translators next to nothing; it makes small chat models
# invent names (SmolLM2-135M loses 0.22 nats a token).
_AUTOMATIC = {"seq2seq": "int8", "chat": "float32"}


def load_generator(
    folder: Path,
    model: ModelConfig,
    decoding: Decoding,
    cache: Path | None = None,
) -> ScoringGenerator:
    """Open the Hugging Face folder of a model with the engine, device and precision that its configuration names.

    `decoding` is what it will be used with: a chat model's input limit leaves room for `max_new_tokens`.
    `cache` is where CTranslate2's form of a model is kept; None: the default model cache.

    Raises `ConfigError` when the configuration does not fit the model or this machine, `ModelError` when the folder
    cannot be loaded.
    """
    placement = placement_of(model)
    if model.engine == "ctranslate2":
        from mt.engines.ctranslate import load_ctranslate2
        from mt.engines.models.store import cache_folder

        return load_ctranslate2(folder, model, decoding, cache or cache_folder(None), placement)
    # The engines are imported here, for torch and transformers take seconds.
    import torch

    torch.set_num_threads(threads(model.threads))
    match model.kind:
        case "seq2seq":
            from mt.engines.seq2seq import load_seq2seq

            return load_seq2seq(folder, model, placement)
        case "chat":
            from mt.engines.chat import load_chat

            return load_chat(folder, model, decoding, placement)
        case "classifier":
            raise ConfigError("kind: a classifier writes no text, see load_entailment")


def load_entailment(folder: Path, config: ConsistencyConfig) -> Entailment:
    """Open the folder of a classifier of pairs of texts on the device and in the precision that are configured.

    Raises `ConfigError` when the configuration does not fit the model or this machine, `ModelError` when the folder
    cannot be loaded.
    """
    placement = placement_of(config.model)
    import torch

    from mt.engines.entailment import load_classifier

    torch.set_num_threads(threads(config.model.threads))
    return load_classifier(folder, config, placement)


def placement_of(model: ModelConfig) -> Placement:
    """Device and precision that a configured model gets on this machine.

    Raises `ConfigError` when the machine or the engine does not offer what is configured.
    """
    if model.engine == "ctranslate2":
        return place_ctranslate2(model.device, model.dtype, look_ctranslate2(), automatic=_AUTOMATIC[model.kind])
    return place(model.device, model.dtype, look())
