"""COMET (Rei et al. 2020) by a program of its own: its package cannot share an environment with transformers 5."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from mt.errors import ConfigError, ModelError
from mt.evaluation.resampling import RESAMPLES, SEED, TRIALS, mean, paired_p_value
from mt.evaluation.scores import Score

MODEL = "Unbabel/wmt22-comet-da"


@dataclass(frozen=True, slots=True)
class Comet:
    """`program` is a path or name of `comet-score`; `gpus` 0 means the CPU."""

    program: str
    model: str = MODEL
    gpus: int = 0


def score_comet(
    comet: Comet,
    systems: Sequence[Sequence[str]],
    references: Sequence[str],
    sources: Sequence[str],
    resamples: int = RESAMPLES,
) -> tuple[Score, ...]:
    """COMET of each system in points of 100: the mean over sentences of what the model gives each.

    Raises `ConfigError` when the program is not there, `ModelError` when it fails or writes something else than a score
    for each sentence.
    """
    values = _sentence_scores(comet, systems, references, sources)
    return tuple(_score(comet, each, values[0] if index else None, resamples) for index, each in enumerate(values))


def _score(comet: Comet, values: Sequence[float], baseline: Sequence[float] | None, resamples: int) -> Score:
    interval = mean(values, resamples)
    p_value = None if baseline is None else paired_p_value(values, baseline)
    signature = f"model:{comet.model}|bs:{resamples}|seed:{SEED}{'' if baseline is None else f'|ar:{TRIALS}'}"
    return Score("COMET", interval.value, interval.low, interval.high, signature, p_value)


def _sentence_scores(
    comet: Comet, systems: Sequence[Sequence[str]], references: Sequence[str], sources: Sequence[str]
) -> list[list[float]]:
    program = shutil.which(comet.program)
    if program is None:
        raise ConfigError(
            f"--comet: {comet.program} is not a program that can be run; COMET needs an environment of its own: "
            "python -m venv comet && comet/bin/pip install unbabel-comet, then --comet comet/bin/comet-score"
        )
    with TemporaryDirectory(prefix="mt-comet-") as folder:
        place = Path(folder)
        outputs = [_written(place / f"system{index}.txt", lines) for index, lines in enumerate(systems)]
        command = [program, "-s", _written(place / "source.txt", sources), "-t", *outputs]
        command += ["-r", _written(place / "reference.txt", references), "--model", comet.model]
        command += ["--gpus", str(comet.gpus), "--quiet", "--to_json", str(place / "scores.json")]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            last = (ended.stderr.strip() or ended.stdout.strip()).splitlines()[-3:]
            raise ModelError("\n".join([f"{program} ended with exit code {ended.returncode}:", *last]))
        return _read(place / "scores.json", outputs, len(references), program)


def _written(path: Path, lines: Sequence[str]) -> str:
    """A sentence a line, whatever white space stands in it."""
    path.write_text("".join(f"{' '.join(line.split())}\n" for line in lines), encoding="utf-8")
    return str(path)


def _read(path: Path, outputs: Sequence[str], sentences: int, program: str) -> list[list[float]]:
    try:
        scores = json.loads(path.read_text(encoding="utf-8"))
        values = [[100 * float(sentence["COMET"]) for sentence in scores[name]] for name in outputs]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{program}: the scores it wrote cannot be read ({type(error).__name__}: {error}); wanted, for each file "
            "of translations, a list of objects with COMET"
        ) from None
    for name, each in zip(outputs, values, strict=True):
        if len(each) != sentences:
            raise ModelError(f"{program}: {len(each)} scores for {Path(name).name}, expected {sentences}")
    return values
