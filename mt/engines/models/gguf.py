"""GGUF files, turned once into ordinary Hugging Face folders: tensor by tensor, or by transformers' GGUF loading."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any

from mt.engines.models import streaming
from mt.engines.models.gguf_file import GgufFile
from mt.errors import ModelError

_log = logging.getLogger(__name__)


def can_stream(gguf: Path) -> bool:
    """Whether the file can be converted tensor by tensor. Raises `ModelError` when it is no GGUF file."""
    with GgufFile(gguf) as file:
        return streaming.can_stream(file)


def to_hugging_face(gguf: Path, dtype: str, target: Path, threads: int) -> None:
    """Write the model of a GGUF file as an ordinary Hugging Face folder, in `float32` or `bfloat16`.

    Tensor by tensor where the family is known; others are loaded as a whole and stay float32.
    """
    if not can_stream(gguf):
        convert(gguf, target)
        return
    from mt.engines.models.conversion import write_small_files

    with GgufFile(gguf) as file:
        write_small_files(file, target, dtype)
        streaming.write_safetensors(file, target, dtype, threads)


def convert(gguf: Path, target: Path) -> None:
    """Write the causal language model of a GGUF file as safetensors, tokenizer and configuration into `target`.

    Weights are float32: exactly what the blocks of the file stand for, so that greedy output stays the same. Loading a
    GGUF file takes half a minute at every start and cannot be saved by `save_pretrained`, hence the new model that
    takes over its state. Raises `ModelError` when transformers cannot read the file.
    """
    _log.info("converting %s to safetensors, once; this takes half a minute to two minutes", gguf.name)
    try:
        with quiet():
            _convert(gguf, target)
    except ImportError as error:
        raise ModelError(f"{gguf.name}: converting needs gguf and accelerate (requirements.txt): {error}") from error
    except (ValueError, KeyError, NotImplementedError, RuntimeError) as error:
        raise ModelError(f"{gguf.name}: transformers cannot read this GGUF file: {error}") from error


def _convert(gguf: Path, target: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    loaded = AutoModelForCausalLM.from_pretrained(
        gguf.parent, gguf_file=gguf.name, dtype=torch.float32, **_dequantized()
    )
    config, state = loaded.config, loaded.state_dict()
    if hasattr(config, "quantization_config"):  # left there where GgufConfig was not passed
        del config.quantization_config
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)  # type: ignore[no-untyped-call]
    model.load_state_dict(state, assign=True)
    model.generation_config = loaded.generation_config
    save_small_files(model, tokenizer, target)
    model.save_pretrained(target)
    for path in target.glob("*.safetensors"):
        path.chmod(0o644)  # safetensors writes 0600, which would keep a shared cache from its other users


def save_small_files(model: Any, tokenizer: Any, target: Path) -> None:
    """Write configuration, generation settings and tokenizer; the model may be one without weights."""
    target.mkdir(parents=True, exist_ok=True)
    model.generation_config.eos_token_id = _ends(model.config.eos_token_id, tokenizer.eos_token_id)
    model.config.architectures = [type(model).__name__]
    model.config.save_pretrained(target)
    model.generation_config.save_pretrained(target)
    tokenizer.model_max_length = model.config.max_position_embeddings
    tokenizer.save_pretrained(target)


def _dequantized() -> dict[str, Any]:
    """From 5.24 on transformers may keep the blocks packed (when `kernels` is installed) unless told otherwise."""
    try:
        from transformers import GgufConfig
    except ImportError:
        return {}
    return {"quantization_config": GgufConfig(dequantize=True)}


def _ends(*token_ids: int | list[int] | None) -> int | list[int]:
    """All tokens that end an output: the configuration's, and the one the chat template closes a turn with."""
    ends: list[int] = []
    for value in token_ids:
        ends += [value] if isinstance(value, int) else value or []
    unique = list(dict.fromkeys(ends))
    return unique[0] if len(unique) == 1 else unique


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bars and no warnings of transformers meanwhile: one line of our own says what happens.

    Some of its GGUF loaders draw a bar that no setting turns off, so what they write to stderr is dropped as well;
    what goes wrong is an exception. Handlers of `logging` keep the stderr they were made with.
    """
    from transformers.utils import logging as library

    level = library.get_verbosity()
    library.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        with redirect_stderr(io.StringIO()):
            yield
    finally:
        library.set_verbosity(level)
