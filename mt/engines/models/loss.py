"""What packing costs: how far the outputs of a packed model are from those of the model that it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mt.config import Decoding, ModelConfig
from mt.engines.loading import load_generator
from mt.errors import ModelError
from mt.records import Segment
from mt.text import split_long

_GREEDY = Decoding(num_beams=1, max_new_tokens=128)


@dataclass(frozen=True, slots=True)
class LossReport:
    """How far the outputs of a packed model are from those of its source, greedy, over some sentences."""

    sentences: int
    same: int
    chrf: float
    """Corpus chrF (Popović 2015, sacrebleu's defaults), 0…100; the source's outputs are the reference, 100 is equal."""

    def __str__(self) -> str:
        return f"chrF {self.chrf:.1f} between both over {self.sentences} sentences; {self.same} outputs are the same"


def measure_loss(folder: Path, unpacked: Path, sentences: Sequence[str]) -> LossReport:
    """Compare the greedy outputs of a seq2seq folder and of its unpacked packed form.

    Raises `ModelError` when sacrebleu is not installed (it is a development dependency), there are no sentences, or a
    model cannot be loaded.
    """
    try:
        import sacrebleu
    except ImportError:
        raise ModelError("measuring the loss needs sacrebleu: pip install sacrebleu, or --sentences 0") from None
    if not sentences:
        raise ModelError("measuring the loss needs sentences, and the sample has none")
    before, after = translate_greedily(folder, sentences), translate_greedily(unpacked, sentences)
    chrf = float(sacrebleu.corpus_chrf(after, [before]).score)
    return LossReport(len(sentences), sum(a == b for a, b in zip(before, after, strict=True)), chrf)


def translate_greedily(folder: Path, sentences: Sequence[str]) -> list[str]:
    """Greedy translations by the seq2seq model of a folder, in float32 on the CPU, in the order of the sentences.

    A sentence over the model's limit is translated in pieces.
    """
    model = ModelConfig(source=str(folder), engine="transformers", device="cpu", dtype="float32")
    generator = load_generator(folder, model, _GREEDY)
    pieces = [
        [p.text for p in split_long(Segment(0, 0, len(s), s), generator.max_input_tokens, generator.count_tokens)]
        for s in sentences
    ]
    outputs = iter(generator.generate([piece for each in pieces for piece in each], _GREEDY))
    return [" ".join(next(outputs).text for _ in each) for each in pieces]
