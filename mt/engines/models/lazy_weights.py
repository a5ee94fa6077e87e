"""Variables of a CTranslate2 specification whose bytes are made when they are written, and forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from ctranslate2.specs.common_spec import LayerNormSpec, LinearSpec
from ctranslate2.specs.model_spec import NumpyVariable, Variable
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mt.engines.models.streaming import StackedTensors


class LazyWeights(Variable):  # type: ignore[misc]
    """Weights in the precision `dtype` (CTranslate2's name), each matrix quantized by CTranslate2's own code.

    `quantizable` says whether they are a matrix of the model, or the factors of a normalization. Where the precision
    has scales, `scale` is the variable that will hold them: one for each row, known once the weights have been written,
    which come first in the file.
    """

    def __init__(self, tensors: StackedTensors, dtype: str, quantizable: bool, threads: int) -> None:
        self._tensors = tensors
        self._precision = dtype
        self._quantizable = quantizable
        self._threads = threads
        sample = self._optimized(np.ones((1, *tensors.shape[1:]), dtype=np.float32))
        self._row = sample.weight if quantizable else sample.gamma
        has_scale = quantizable and not isinstance(sample.weight_scale, str)
        self.scale: Any = NumpyVariable(np.zeros(tensors.shape[0], dtype=np.float32)) if has_scale else None

    @property
    def shape(self) -> list[int]:
        return list(self._tensors.shape)

    @property
    def dtype(self) -> str:
        return str(self._row.dtype)

    def numpy(self) -> NDArray[Any]:
        raise NotImplementedError("these weights are only ever written")

    def num_bytes(self) -> int:
        return int(self._row.num_bytes()) * self._tensors.shape[0]

    def to_bytes(self) -> bytes:
        if self.scale is None:
            return b"".join(self._tensors.map_chunks(self._piece, self._threads))
        pieces = list(self._tensors.map_chunks(self._scaled_piece, self._threads))
        self.scale.array = np.concatenate([scale for _, scale in pieces])
        return b"".join(piece for piece, _ in pieces)

    def _piece(self, rows: NDArray[Any]) -> bytes:
        spec = self._optimized(rows)
        return bytes((spec.weight if self._quantizable else spec.gamma).to_bytes())

    def _scaled_piece(self, rows: NDArray[Any]) -> tuple[bytes, NDArray[Any]]:
        spec = self._optimized(rows)
        return bytes(spec.weight.to_bytes()), spec.weight_scale.numpy()

    def _optimized(self, rows: NDArray[Any]) -> Any:
        """Some rows as a layer of their own, in the precision that is wanted."""
        spec = LinearSpec() if self._quantizable else LayerNormSpec(rms_norm=True)
        setattr(spec, "weight" if self._quantizable else "gamma", rows)
        spec.validate()
        spec.optimize(self._precision)
        return spec

    def _to(self, dtype: str) -> Any:
        raise NotImplementedError("the precision is set from the beginning")

    def _equal(self, other: Any) -> bool:
        return self is other
