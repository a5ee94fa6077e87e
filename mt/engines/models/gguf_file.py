"""Reads GGUF files: what they say of the model, and their tensors one at a time.

The format is that of https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. The `gguf` library has a reader, too,
but needs 20 s for the vocabulary of a model of today; of it the block formats and their dequantization are used.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from mt.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]

_VERSIONS = (2, 3)
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_ALIGNMENT = "general.alignment"
_DEFAULT_ALIGNMENT = 32


@dataclass(frozen=True, slots=True)
class GgufTensor:
    """Where one tensor stands: its shape in torch's order, its type by ggml's number, its place and length in bytes."""

    name: str
    shape: tuple[int, ...]
    ggml_type: int
    start: int
    bytes: int

    @property
    def row_bytes(self) -> int:
        """Length of one row, the last dimension."""
        return self.bytes // (self.rows or 1)

    @property
    def rows(self) -> int:
        """Rows in the file: blocks never go over the end of one."""
        return 1 if len(self.shape) < 2 else self.shape[0]


class GgufFile:
    """An open GGUF file: `values` are its metadata, `tensors` its tensors by name.

    Raises `ModelError` when it is none, or cut short.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[str, Any] = {}
        self.tensors: dict[str, GgufTensor] = {}
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._read_header()
        except (struct.error, ValueError, UnicodeDecodeError, IndexError, KeyError) as error:
            raise ModelError(f"{path.name}: not a GGUF file, or a damaged one: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._data.close()

    @property
    def architecture(self) -> str:
        """The family by ggml's name, such as `llama`."""
        return str(self.values["general.architecture"])

    def rows(self, name: str, order: Array | None, first: int, last: int) -> Array:
        """Rows `first` to `last` of a tensor as float32 [rows, columns]; of a vector, all of it as [n].

        `order` says which row of the file comes at each place; None: as they stand.
        """
        import numpy as np
        from gguf import GGMLQuantizationType, dequantize

        tensor = self.tensors[name]
        blocks = np.frombuffer(self._data, np.uint8, tensor.bytes, tensor.start).reshape(tensor.rows, tensor.row_bytes)
        chosen = blocks[first:last] if order is None else blocks[order[first:last]]
        kind = GGMLQuantizationType(tensor.ggml_type)
        if kind in (GGMLQuantizationType.F32, GGMLQuantizationType.F16):
            plain = np.float32 if kind is GGMLQuantizationType.F32 else np.float16
            weights = np.ascontiguousarray(chosen).view(plain).astype(np.float32)
        else:
            weights = np.ascontiguousarray(dequantize(chosen, kind), dtype=np.float32)
        return weights[0] if len(tensor.shape) == 1 else weights

    def _read_header(self) -> None:
        magic, version, tensors, values = struct.unpack_from("<4sIQQ", self._data, 0)
        if magic != b"GGUF" or version not in _VERSIONS:
            raise ValueError(f"found {magic!r} version {version}, expected GGUF version 2 or 3")
        place = 24
        for _ in range(values):
            key, place = self._string(place)
            (kind,) = struct.unpack_from("<I", self._data, place)
            self.values[key], place = self._value(kind, place + 4)
        entries = []
        for _ in range(tensors):
            tensor, place = self._tensor(place)
            entries.append(tensor)
        alignment = int(self.values.get(_ALIGNMENT, _DEFAULT_ALIGNMENT))
        start = (place + alignment - 1) // alignment * alignment
        for name, shape, kind, offset in entries:
            self.tensors[name] = GgufTensor(name, shape, kind, start + offset, _length(name, shape, kind))
        if late := [t.name for t in self.tensors.values() if t.start + t.bytes > len(self._data)]:
            raise ValueError(f"tensor {late[0]} extends beyond the end of the file")

    def _tensor(self, place: int) -> tuple[tuple[str, tuple[int, ...], int, int], int]:
        name, place = self._string(place)
        (count,) = struct.unpack_from("<I", self._data, place)
        dimensions = struct.unpack_from(f"<{count}Q", self._data, place + 4)
        kind, offset = struct.unpack_from("<IQ", self._data, place + 4 + 8 * count)
        return (name, tuple(reversed(dimensions)), kind, offset), place + 16 + 8 * count

    def _string(self, place: int) -> tuple[str, int]:
        (length,) = struct.unpack_from("<Q", self._data, place)
        end = place + 8 + length
        if end > len(self._data):
            raise ValueError("cut short")
        return self._data[place + 8 : end].decode("utf-8", "replace"), end

    def _value(self, kind: int, place: int) -> tuple[Any, int]:
        if kind == _STRING:
            return self._string(place)
        if kind != _ARRAY:
            form = f"<{_SCALARS[kind]}"
            return struct.unpack_from(form, self._data, place)[0], place + struct.calcsize(form)
        inner, count = struct.unpack_from("<IQ", self._data, place)
        place += 12
        if inner in _SCALARS:
            form = f"<{count}{_SCALARS[inner]}"
            return list(struct.unpack_from(form, self._data, place)), place + struct.calcsize(form)
        items = []
        for _ in range(count):
            item, place = self._value(inner, place)
            items.append(item)
        return items, place


def _length(name: str, shape: tuple[int, ...], kind: int) -> int:
    from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

    per_block, block_bytes = GGML_QUANT_SIZES[GGMLQuantizationType(kind)]
    count = 1
    for dimension in shape:
        count *= dimension
    if shape and shape[-1] % per_block:
        raise ValueError(f"tensor {name}: {shape[-1]} columns are no whole number of blocks of {per_block}")
    return count // per_block * block_bytes
