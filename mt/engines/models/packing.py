"""The packed form of a model: int8 weights with one scale for each row, about half the size of float16.

A packed folder holds `weights.int8.safetensors` and the small files of the model (configuration, tokenizer) as they
are. Packing is symmetric per-row quantization, q = round(w / s) with s = max|row| / 127, as in LLM.int8
(arXiv 2208.07339, section 2) without its outlier columns. Unpacking gives an ordinary Hugging Face folder again.
Searching each row for a smaller s that clips its largest weights was measured and left out: on the BART of
`mt/embedded/ar-en` it lowers the mean squared error by half a per cent only.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from mt.engines.models.folders import SINGLE, check_folder, small_files, weight_files
from mt.errors import ModelError
from mt.files import replacing

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    Array: TypeAlias = NDArray[Any]

PACKED = "weights.int8.safetensors"
FORMAT = "mt-int8-rows"
VERSION = "1"

_ABOUT = "mt-packed"
"""The one entry of the header's metadata, as JSON: safetensors writes several entries in a random order, and the same
model must give the same bytes."""
_SCALE = "::scale"
_SMALLEST_MATRIX = 16
"""A matrix with a shorter side than this stays float: `final_logits_bias` (1 × vocabulary) has −1e4 beside zeros."""
_LARGEST_HALF = 65504.0


@dataclass(frozen=True, slots=True)
class PackReport:
    """What packing did: sizes of the weights in bytes, tensors in all and packed, and the error of the packed ones."""

    source_bytes: int
    packed_bytes: int
    tensors: int
    matrices: int
    relative_error: float
    """Root of the squared error over the squared weights, over all packed matrices: 0.01 is one per cent."""

    def __str__(self) -> str:
        return (
            f"{self.source_bytes / 1e6:.1f} MB -> {self.packed_bytes / 1e6:.1f} MB, "
            f"{self.matrices} of {self.tensors} tensors as int8, relative error {self.relative_error:.4f}"
        )


def pack(folder: Path, target: Path) -> PackReport:
    """Write the packed form of a Hugging Face folder into the folder `target`; other files there stay.

    Tensors with the same content (tied embeddings) are stored once. Raises `ModelError` when `folder` is no whole
    safetensors model or holds weights that are not finite.
    """
    check_folder(folder)
    target.mkdir(parents=True, exist_ok=True)
    packer = _Packer()
    for path in weight_files(folder):
        packer.add_file(path)
    tensors = {name: tensor.numpy() for name, tensor in packer.tensors.items()}
    about = {"format": FORMAT, "version": VERSION, "tied": packer.tied, "sha256": _content_hash(tensors)}
    _save(tensors, target / PACKED, {_ABOUT: json.dumps(about, sort_keys=True)})
    for path in small_files(folder):
        shutil.copyfile(path, target / path.name)
    return PackReport(
        source_bytes=sum(path.stat().st_size for path in weight_files(folder)),
        packed_bytes=(target / PACKED).stat().st_size,
        tensors=packer.count,
        matrices=sum(name.endswith(_SCALE) for name in tensors),
        relative_error=(packer.squared_error / packer.squared_weights) ** 0.5 if packer.squared_weights else 0.0,
    )


def unpack(packed: Path, target: Path) -> None:
    """Write the ordinary Hugging Face folder that a packed folder stands for into the folder `target`.

    Weights are float16 on disk, with all tensor names of the source model: rounding q·s to float16 adds at most
    0.03·s, against up to 0.5·s of the packing itself, and halves what is read at each start. Tensors out of its
    range stay float32. An engine may load them in any precision.
    Raises `ModelError` when the packed file is damaged or of another format or version.
    """
    tensors, tied = _read(packed / PACKED)
    weights = {name: _half(_dequantized(tensors, name)) for name in tensors if not name.endswith(_SCALE)}
    weights |= {alias: weights[name] for alias, name in tied.items()}
    target.mkdir(parents=True, exist_ok=True)
    _save(weights, target / SINGLE, {"format": "pt"})
    for path in small_files(packed):
        shutil.copyfile(path, target / path.name)


class _Packer:
    """Collects the tensors of a model in packed form, and the squared error made."""

    def __init__(self) -> None:
        self.tensors: dict[str, Tensor] = {}
        self.tied: dict[str, str] = {}
        self.count = 0
        self.squared_error = 0.0
        self.squared_weights = 0.0
        self._seen: dict[tuple[str, tuple[int, ...], bytes], str] = {}

    def add_file(self, path: Path) -> None:
        """Pack every tensor of a safetensors file."""
        import torch
        from safetensors import safe_open

        with safe_open(path, "pt") as file:
            for name in sorted(file.keys()):
                tensor = file.get_tensor(name)
                self.count += 1
                content = tensor.contiguous().view(torch.uint8).numpy() if tensor.dim() else tensor.numpy()
                key = (str(tensor.dtype), tuple(tensor.shape), hashlib.sha256(content.tobytes()).digest())
                if (first := self._seen.setdefault(key, name)) != name:
                    self.tied[name] = first
                else:
                    self._add(name, tensor, path)

    def _add(self, name: str, tensor: Tensor, path: Path) -> None:
        import torch

        if not tensor.is_floating_point():
            self.tensors[name] = tensor
            return
        weights = tensor.to(torch.float32)
        if not torch.isfinite(weights).all():
            raise ModelError(f"{path}: tensor {name} holds weights that are not finite; the training diverged")
        if tensor.dim() != 2 or min(tensor.shape) < _SMALLEST_MATRIX:
            fits = weights.numel() == 0 or float(weights.abs().max()) <= _LARGEST_HALF
            self.tensors[name] = weights.to(torch.float16) if fits else weights
            return
        rows, scale = quantize(weights)
        self.tensors[name], self.tensors[name + _SCALE] = rows, scale
        self.squared_error += float((rows.to(torch.float32) * scale[:, None] - weights).square().sum())
        self.squared_weights += float(weights.square().sum())


def quantize(weights: Tensor) -> tuple[Tensor, Tensor]:
    """A float32 matrix [rows, columns] as int8 of the same shape in −127…127 and its scales [rows] in float32."""
    import torch

    scale = weights.abs().amax(dim=1) / 127
    scale = torch.where(scale > 0, scale, torch.ones_like(scale))
    return torch.round(weights / scale[:, None]).clamp(-127, 127).to(torch.int8), scale


def _read(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """The tensors of a packed file by name, and for each tied name the name it shares its content with."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "np") as file:
            about = _about(path, file.metadata() or {})
            tensors = {name: file.get_tensor(name) for name in sorted(file.keys())}
    except FileNotFoundError:
        raise ModelError(f"{path}: no packed weights there; scripts/pack_model writes them") from None
    except SafetensorError as error:
        raise ModelError(f"{path}: damaged or cut short: {error}; fetch the file again") from None
    if (value := _content_hash(tensors)) != about["sha256"]:
        raise ModelError(
            f"{path}: damaged: the weights have sha256 {value}, the header says {about['sha256']}; fetch the file again"
        )
    return tensors, about["tied"]


def _about(path: Path, metadata: Mapping[str, str]) -> dict[str, Any]:
    """What the header says of the packing; refused when this version cannot read it."""
    try:
        about: dict[str, Any] = json.loads(metadata.get(_ABOUT, "{}"))
    except ValueError as error:
        raise ModelError(f"{path}: damaged: {error}; fetch the file again") from None
    form = (about.get("format"), about.get("version"))
    if form != (FORMAT, VERSION):
        raise ModelError(
            f"{path}: found packed format {form[0]} version {form[1]}, this mt reads {FORMAT} version {VERSION}; "
            "pack the model again with scripts/pack_model, or update mt"
        )
    return about


def _dequantized(tensors: Mapping[str, Array], name: str) -> Array:
    scale = tensors.get(name + _SCALE)
    return tensors[name] if scale is None else tensors[name].astype("float32") * scale[:, None]


def _half(weights: Array) -> Array:
    """The weights in float16, unless they are whole numbers or out of its range."""
    import numpy as np

    if weights.dtype.kind != "f" or (weights.size and float(np.abs(weights).max()) > _LARGEST_HALF):
        return weights
    return weights.astype(np.float16)


def _content_hash(tensors: Mapping[str, Array]) -> str:
    """sha256 in hex over name, type, shape and bytes of all tensors, in the order of their names."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(f"{name}\0{tensor.dtype.str}\0{tensor.shape}\0".encode())
        digest.update(tensor.tobytes())
    return digest.hexdigest()


def _save(tensors: dict[str, Array], path: Path, metadata: dict[str, str]) -> None:
    """Write a safetensors file aside and rename it; a full disk is an `OSError`, as from any other writer."""
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    try:
        with replacing(path, shared=True) as aside:
            save_file(tensors, aside, metadata)
            aside.chmod(0o644)  # safetensors writes 0600, which would keep a shared cache from its other users
    except SafetensorError as error:
        raise OSError(None, str(error), str(path)) from error
