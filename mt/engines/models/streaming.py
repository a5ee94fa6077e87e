"""From a GGUF file to a model folder tensor by tensor: no second copy of the weights in memory or on the disk.

For the Llama and Qwen2 families: their tensors need nothing but new names, and Llama's another order of rows in two of
them. The result is the same, byte for byte, as loading the file with transformers and converting that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from mt.engines.models.folders import INDEX
from mt.engines.models.gguf_file import GgufFile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]

_CHUNK_WEIGHTS = 1 << 22
"""Weights that a thread holds in float32 at a time: 16 MiB, and a few times that in copies."""
_SHARD_BYTES = 1 << 29

# Metadata of a family by their names after the architecture, and what the configurations of transformers call them.
_SETTINGS = {
    "context_length": "max_position_embeddings",
    "block_count": "num_hidden_layers",
    "feed_forward_length": "intermediate_size",
    "embedding_length": "hidden_size",
    "attention.head_count": "num_attention_heads",
    "attention.head_count_kv": "num_key_value_heads",
    "attention.layer_norm_rms_epsilon": "rms_norm_eps",
    "vocab_size": "vocab_size",
}
_TOKENS = {"bos": "bos_token_id", "eos": "eos_token_id", "padding": "pad_token_id", "unknown": "unk_token_id"}
_ROPE_BASE, _ROPE_WIDTH = "rope.freq_base", "rope.dimension_count"

# Modules of transformers and of CTranslate2 by the names of the tensors in a block.
_IN_TRANSFORMERS = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_OUTSIDE = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_IN_CTRANSLATE2 = {
    "self_attention/layer_norm/gamma": ("attn_norm.weight",),
    "self_attention/linear_0/weight": ("attn_q.weight", "attn_k.weight", "attn_v.weight"),
    "self_attention/linear_0/bias": ("attn_q.bias", "attn_k.bias", "attn_v.bias"),
    "self_attention/linear_1/weight": ("attn_output.weight",),
    "ffn/layer_norm/gamma": ("ffn_norm.weight",),
    "ffn/linear_0/weight": ("ffn_gate.weight",),
    "ffn/linear_0_noact/weight": ("ffn_up.weight",),
    "ffn/linear_1/weight": ("ffn_down.weight",),
}
_EMBEDDINGS, _PROJECTION = "decoder/embeddings/weight", "decoder/projection/weight"


def can_stream(file: GgufFile) -> bool:
    """Whether the file holds a model of a known family, and nothing besides that would be lost."""
    family = file.architecture
    if family not in ("llama", "qwen2"):
        return False
    settings = {key.removeprefix(f"{family}.") for key in file.values if key.startswith(f"{family}.")}
    wanted = {"attn_q.bias", "attn_k.bias", "attn_v.bias"} if family == "qwen2" else set[str]()
    wanted |= {f"{name}.weight" for name in _IN_TRANSFORMERS}
    blocks = range(int(file.values.get(f"{family}.block_count", 0)))
    names = {f"blk.{block}.{name}" for block in blocks for name in wanted} | set(_OUTSIDE)
    return (
        settings <= {*_SETTINGS, _ROPE_BASE, _ROPE_WIDTH}
        and {"context_length", "attention.head_count", "embedding_length"} <= settings
        and names - {"output.weight"} <= set(file.tensors) <= names
        and file.values.get("general.name") is not None
        and "mistral" not in str(file.values["general.name"]).lower()
    )


def configuration(file: GgufFile) -> Any:
    """transformers' configuration of the model in the file, as its own reader of GGUF makes it."""
    from transformers import AutoConfig

    family, values = file.architecture, file.values
    given = {own: values[f"{family}.{name}"] for name, own in _SETTINGS.items() if f"{family}.{name}" in values}
    given.setdefault("vocab_size", len(values["tokenizer.ggml.tokens"]))
    if (base := values.get(f"{family}.{_ROPE_BASE}")) is not None:
        given["rope_theta"] = base
    if family == "llama" and (width := values.get(f"{family}.{_ROPE_WIDTH}")) is not None:
        given["head_dim"] = width
    for name, own in _TOKENS.items():
        if (token := values.get(f"tokenizer.ggml.{name}_token_id")) is not None:
            given[own] = token
    given["_model_name_or_path"] = values["general.name"]
    given["tie_word_embeddings"] = "output.weight" not in file.tensors
    return AutoConfig.for_model(family, **given)


def tokenizer(file: GgufFile) -> Any:
    """transformers' tokenizer of the file. Raises whatever transformers raises."""
    from transformers import AutoTokenizer, PreTrainedTokenizerFast, Qwen2Tokenizer

    classes = {"llama": PreTrainedTokenizerFast, "qwen2": Qwen2Tokenizer}
    # The automatic class comes to the same, but reads the file with the slow reader to find that out.
    byte_level = file.values.get("tokenizer.ggml.model") == "gpt2"
    chosen: Any = classes[file.architecture] if byte_level else AutoTokenizer
    return chosen.from_pretrained(file.path.parent, gguf_file=file.path.name)


# ---------------------------------------------------------------- weights


@dataclass(frozen=True, slots=True)
class StackedTensors:
    """Tensors of the file, one under the other, as one array."""

    file: GgufFile
    names: tuple[str, ...]
    heads: int
    """Attention heads of queries, and of keys and values."""
    kv_heads: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape in torch's order."""
        shapes = [self.file.tensors[name].shape for name in self.names]
        return (sum(shape[0] for shape in shapes), *shapes[0][1:])

    def map_chunks(self, work: Callable[[Array], Any], threads: int) -> Iterator[Any]:
        """`work` over pieces of whole rows in float32, in their order, a few at a time."""
        pieces = list(self._pieces())
        with ThreadPoolExecutor(threads) as pool:
            for start in range(0, len(pieces), threads):
                yield from pool.map(lambda piece: work(self.file.rows(*piece)), pieces[start : start + threads])

    def _pieces(self) -> Iterator[tuple[str, Array | None, int, int]]:
        for name in self.names:
            tensor = self.file.tensors[name]
            step = max(1, _CHUNK_WEIGHTS // tensor.shape[-1])
            for first in range(0, tensor.rows, step):
                yield name, self._order(name), first, min(first + step, tensor.rows)

    def _order(self, name: str) -> Array | None:
        """llama.cpp keeps the two halves of each rotated head row by row in turn; here one follows the other."""
        import numpy as np

        if self.file.architecture != "llama" or (".attn_q." not in name and ".attn_k." not in name):
            return None
        heads = self.heads if ".attn_q." in name else self.kv_heads
        rows = self.file.tensors[name].rows
        return np.arange(rows).reshape(heads, rows // heads // 2, 2).swapaxes(1, 2).reshape(-1)


def _weights(file: GgufFile, *names: str) -> StackedTensors:
    heads = int(file.values[f"{file.architecture}.attention.head_count"])
    return StackedTensors(
        file, names, heads, int(file.values.get(f"{file.architecture}.attention.head_count_kv", heads))
    )


def write_safetensors(file: GgufFile, target: Path, dtype: str, threads: int) -> None:
    """Write the weights as safetensors under transformers' names, shard by shard, in `float32` or `bfloat16`."""
    import torch
    from safetensors.torch import save_file

    kind: torch.dtype = getattr(torch, dtype)
    plan = list(_shards(file, kind.itemsize))
    placed: dict[str, str] = {}
    for number, names in enumerate(plan, 1):
        shard = f"model-{number:05d}-of-{len(plan):05d}.safetensors"
        tensors = {}
        for name in names:
            chunks = _weights(file, name).map_chunks(lambda rows: torch.from_numpy(rows).to(kind), threads)
            tensors[_in_transformers(name)] = torch.cat(list(chunks))
        save_file(tensors, target / shard, {"format": "pt"})
        (target / shard).chmod(0o644)  # safetensors writes 0600, which would keep a shared cache from its other users
        placed |= dict.fromkeys(tensors, shard)
    size = sum(kind.itemsize * _count(file.tensors[name].shape) for names in plan for name in names)
    index = {"metadata": {"total_size": size}, "weight_map": placed}
    (target / INDEX).write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")


def _shards(file: GgufFile, width: int) -> Iterator[list[str]]:
    names, size = list[str](), 0
    for name, tensor in file.tensors.items():
        length = width * _count(tensor.shape)
        if names and size + length > _SHARD_BYTES:
            yield names
            names, size = [], 0
        names.append(name)
        size += length
    if names:
        yield names


def _in_transformers(name: str) -> str:
    if name in _OUTSIDE:
        return _OUTSIDE[name]
    _, block, module, ending = name.split(".")
    return f"model.layers.{block}.{_IN_TRANSFORMERS[module]}.{ending}"


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for dimension in shape:
        count *= dimension
    return count


# ---------------------------------------------------------------- CTranslate2


def fill(spec: Any, file: GgufFile, dtype: str, threads: int) -> None:
    """Set the weights of a CTranslate2 specification to tensors of the file, which are read when it is saved.

    `dtype` is CTranslate2's name of the precision. Each matrix is quantized by CTranslate2's own code, some rows at a
    time; its scales are per row.
    """
    from ctranslate2.specs.model_spec import visit_spec

    from mt.engines.models.lazy_weights import LazyWeights  # imports CTranslate2

    places: list[tuple[Any, str, Any]] = []
    tied: Any = None
    visit_spec(spec, lambda layer, path, value: places.append((layer, path, value)))
    for layer, path, value in places:
        if isinstance(value, str) or not hasattr(value, "is_meta"):
            continue
        attribute = path.rpartition("/")[2]
        if path == _PROJECTION and "output.weight" not in file.tensors:
            tied = layer
            continue
        quantizable = hasattr(layer, f"{attribute}_scale")
        lazy = LazyWeights(_weights(file, *_in_ctranslate2(path)), dtype, quantizable, threads)
        setattr(layer, attribute, lazy)
        if lazy.scale is not None:
            setattr(layer, f"{attribute}_scale", lazy.scale)
    if tied is not None:
        tied.weight = spec.decoder.embeddings.weight
    spec.validate()
    if tied is not None:
        tied.weight = _EMBEDDINGS  # one stands for the other, with its scales


def _in_ctranslate2(path: str) -> tuple[str, ...]:
    outside = {
        _EMBEDDINGS: "token_embd.weight",
        _PROJECTION: "output.weight",
        "decoder/layer_norm/gamma": "output_norm.weight",
    }
    if path in outside:
        return (outside[path],)
    _, layer, inner = path.split("/", 2)
    return tuple(f"blk.{layer.removeprefix('layer_')}.{name}" for name in _IN_CTRANSLATE2[inner])
