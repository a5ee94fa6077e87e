"""What a training leaves on disk: a checkpoint to go on from and the best weights, each one file, whole or absent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, TypeAlias

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import Parameter

from mt.errors import ModelError, OutputError
from mt.files import replacing

CHECKPOINT, BEST = "checkpoint.safetensors", "best.safetensors"
_ENTRY = "mt-training"
_FORMAT = 2
_MOMENTS = ("exp_avg", "exp_avg_sq")

Parameters: TypeAlias = Mapping[str, Parameter]


@dataclass(frozen=True, slots=True)
class SetScores:
    """chrF and BLEU (0…100) of the translations of one development set."""

    name: str
    chrf: float
    bleu: float

    def __str__(self) -> str:
        return f"{self.name} {self.chrf:.2f} ({self.bleu:.2f})"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores of translations of the development sets, and the mean training loss since the evaluation before."""

    step: int
    seconds: float
    loss: float | None
    """In nats per target token, label smoothing included; None before the first step."""
    sets: tuple[SetScores, ...]

    @property
    def chrf(self) -> float:
        """Mean over the development sets."""
        return fmean(each.chrf for each in self.sets)

    @property
    def bleu(self) -> float:
        """Mean over the development sets."""
        return fmean(each.bleu for each in self.sets)

    def __str__(self) -> str:
        loss = "" if self.loss is None else f"loss {self.loss:.3f}, "
        each = f"; chrF (BLEU) of {', '.join(map(str, self.sets))}" if len(self.sets) > 1 else ""
        return f"step {self.step}: {loss}chrF {self.chrf:.2f}, BLEU {self.bleu:.2f}{each}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training is. `position` counts batches done in the epoch; `tokens` are target tokens in all."""

    step: int = 0
    epoch: int = 0
    position: int = 0
    tokens: int = 0
    seconds: float = 0.0
    loss_sum: float = 0.0
    """Over the target tokens since the last evaluation; `loss_tokens` of them."""
    loss_tokens: int = 0
    evaluations: tuple[Evaluation, ...] = ()


def save_checkpoint(
    folder: Path, parameters: Parameters, optimizer: torch.optim.Optimizer, progress: Progress, identity: str
) -> None:
    """Write everything that going on needs. `identity` is what `load_checkpoint` will ask for again."""
    tensors = {f"weights/{name}": parameter.detach() for name, parameter in parameters.items()}
    for name, parameter in parameters.items():
        moments = optimizer.state.get(parameter, {})
        tensors |= {f"{moment}/{name}": moments[moment] for moment in _MOMENTS if moment in moments}
    _save(folder / CHECKPOINT, tensors, {"progress": asdict(progress), "identity": identity})


def load_checkpoint(
    folder: Path, parameters: Parameters, optimizer: torch.optim.Optimizer, identity: str
) -> Progress | None:
    """Put weights and optimizer back as they were, and give the progress; None when there is no checkpoint.

    Raises `ModelError` when it is damaged, and `OutputError` when it belongs to another training.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    tensors, about = _load(path)
    _check_identity(folder, about["identity"], identity)
    restore(parameters, _part(tensors, "weights"), path)
    moments = {moment: _part(tensors, moment) for moment in _MOMENTS}
    progress = _progress(about["progress"])
    # The optimizer numbers its parameters in the order in which it got them, which is that of `parameters`.
    state = {
        index: {"step": torch.tensor(float(progress.step)), **{moment: moments[moment][name] for moment in _MOMENTS}}
        for index, name in enumerate(_in_groups(parameters, optimizer))
        if name in moments["exp_avg"]
    }
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    return progress


def save_best(folder: Path, parameters: Parameters, evaluation: Evaluation | None) -> None:
    """Write the weights that are to be exported, with the scores they got."""
    tensors = {name: parameter.detach() for name, parameter in parameters.items()}
    _save(folder / BEST, tensors, {"evaluation": None if evaluation is None else asdict(evaluation)})


def load_best(folder: Path, parameters: Parameters) -> Evaluation | None:
    """Put the best weights into the parameters; the scores they got during training, None without development pairs."""
    tensors, about = _load(folder / BEST)
    restore(parameters, tensors, folder / BEST)
    return None if about["evaluation"] is None else _evaluation(about["evaluation"])


def restore(parameters: Parameters, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Copy tensors into the parameters of the same names. Raises `ModelError` when they are not the same set."""
    if parameters.keys() != tensors.keys():
        odd = sorted(parameters.keys() ^ tensors.keys())
        raise ModelError(f"{path}: holds the weights of another model; first that differs: {odd[0]}")
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(tensors[name])


def _in_groups(parameters: Parameters, optimizer: torch.optim.Optimizer) -> Iterable[str]:
    names = {parameter: name for name, parameter in parameters.items()}
    return [names[parameter] for group in optimizer.param_groups for parameter in group["params"]]


def _part(tensors: Mapping[str, Tensor], kind: str) -> dict[str, Tensor]:
    return {name.removeprefix(f"{kind}/"): tensor for name, tensor in tensors.items() if name.startswith(f"{kind}/")}


def _progress(values: Mapping[str, Any]) -> Progress:
    return Progress(**{**values, "evaluations": tuple(_evaluation(each) for each in values["evaluations"])})


def _evaluation(values: Mapping[str, Any]) -> Evaluation:
    return Evaluation(**{**values, "sets": tuple(SetScores(**each) for each in values["sets"])})


def _check_identity(folder: Path, saved: str, wanted: str) -> None:
    before, now = json.loads(saved), json.loads(wanted)
    if changed := sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key)):
        listed = "\n".join(f"  {key}: then {before.get(key)!r}, now {now.get(key)!r}" for key in changed)
        raise OutputError(
            f"{folder}: holds a training with other settings, so it cannot be gone on with; "
            f"choose another folder, or remove this one:\n{listed}"
        )


def _save(path: Path, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
    """Write aside, wait for the disk, rename: after `kill -9` or a full disk the old file is still whole."""
    try:
        entry = json.dumps({"format": _FORMAT, **about})
        with replacing(path) as aside:
            save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, aside, {_ENTRY: entry})
    except (OSError, SafetensorError) as error:
        raise OutputError(f"{path}: cannot be written: {error}") from error


def _load(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    try:
        with safe_open(path, "pt") as file:
            about = json.loads((file.metadata() or {}).get(_ENTRY, "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  no mapping
    except (OSError, SafetensorError, ValueError) as error:
        raise ModelError(f"{path}: damaged: {error}; remove it, and training starts again") from None
    if about.get("format") != _FORMAT:
        raise ModelError(f"{path}: found format {about.get('format')}, this mt reads {_FORMAT}; train with the old mt")
    return tensors, about
