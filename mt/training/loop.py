"""The training loop: batches to gradients to steps, evaluations, checkpoints, and its end.

Everything that happens by chance (order of the pairs, dropout) is drawn from the seed and the number of the epoch or
step, not from a generator that runs along, so that a resumed training needs no state of one and equals one that was
never stopped.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import torch
from torch import Tensor

from mt.config import Decoding
from mt.engines import TextGenerator
from mt.engines.batching import Batch, padded
from mt.engines.models.checkpoint import Checkpoint
from mt.engines.seq2seq import Seq2SeqGenerator
from mt.errors import ModelError
from mt.training.examples import DevSet, Examples
from mt.training.settings import EvaluateConfig, LimitsConfig, OptimizerConfig, TrainingConfig
from mt.training.state import Evaluation, Parameters, Progress, SetScores, load_checkpoint, save_best, save_checkpoint

End: TypeAlias = Literal["epochs", "max_steps", "minutes", "patience", "stopped"]
_BANNED_BIAS = -1e3
"""The embedded model has −1e4 on all Arabic, no trained bias comes near."""
_IGNORED = -100
_TELL_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Watch:
    """How the caller follows progress, may stop the training, and measures time in seconds."""

    tell: Callable[[str], None] = print
    stopped: Callable[[], bool] = bool
    clock: Callable[[], float] = time.monotonic


def learning_rate(options: OptimizerConfig, step: int, done: float) -> float:
    """The rate of a step counted from 0, when the share `done` (0…1) of the training is over."""
    rise = min(1.0, (step + 1) / options.warmup_steps) if options.warmup_steps else 1.0
    match options.schedule:
        case "linear":
            fall = 1 - done
        case "cosine":
            fall = 0.5 * (1 + math.cos(math.pi * done))
        case "inverse_sqrt":  # as in "Attention is all you need", arXiv 1706.03762, section 5.3
            fall = math.sqrt(min(1.0, max(1, options.warmup_steps) / (step + 1)))
        case "constant":
            fall = 1.0
    return options.learning_rate * rise * fall


def share_done(limits: LimitsConfig, progress: Progress, epoch: float) -> tuple[float, End]:
    """How much of the nearest limit is used up, 1 and over when training is to end, and which limit it is."""
    used: list[tuple[float, End]] = []
    if limits.max_steps is not None:
        used.append((progress.step / limits.max_steps, "max_steps"))
    if limits.minutes is not None:
        used.append((progress.seconds / 60 / limits.minutes, "minutes"))
    if limits.epochs is not None:
        used.append((epoch / limits.epochs, "epochs"))
    return max(used)


def banned_tokens(checkpoint: Checkpoint) -> frozenset[int]:
    """Tokens that the model never writes: by a bias of its output (BART's family), or by its own settings (Marian)."""
    bias = getattr(checkpoint.model, "final_logits_bias", None)
    biased = [] if bias is None else (bias[0] < _BANNED_BIAS).nonzero()[:, 0].tolist()
    return frozenset((*biased, *checkpoint.facts.forbidden))


class Loss:
    """Cross-entropy with label smoothing (arXiv 1512.00567) over the tokens that the model may write.

    Smoothing must not reach banned tokens: those with a bias would have a loss of thousands, and their tied embeddings
    a gradient that says nothing.
    """

    def __init__(self, smoothing: float, banned: frozenset[int], device: str) -> None:
        self._smoothing, self._banned, self._device = smoothing, banned, device
        self._columns: Tensor | None = None

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        """The sum over all label tokens; logits texts × tokens × vocabulary, labels texts × tokens."""
        real = labels != _IGNORED
        scores, wanted = logits[real].float(), labels[real]
        if self._banned:
            columns = self._allowed(scores.shape[1])
            scores, wanted = scores.index_select(1, columns), torch.searchsorted(columns, wanted)
        return torch.nn.functional.cross_entropy(scores, wanted, reduction="sum", label_smoothing=self._smoothing)

    def _allowed(self, vocabulary: int) -> Tensor:
        if self._columns is None:
            allowed = [token for token in range(vocabulary) if token not in self._banned]
            self._columns = torch.tensor(allowed, device=self._device)
        return self._columns


class Training:
    """A model, its pairs and how far it has learned; `run` goes on until a limit or a stop."""

    def __init__(
        self,
        config: TrainingConfig,
        checkpoint: Checkpoint,
        examples: Examples,
        dev: Sequence[DevSet],
        folder: Path,
    ) -> None:
        self.progress = Progress()
        self._config, self._examples, self._dev, self._folder = config, examples, dev, folder
        self._model = checkpoint.model
        self._device = checkpoint.placement.device
        self._dtype = getattr(torch, checkpoint.placement.dtype)
        self._generator = Seq2SeqGenerator(checkpoint, config.model)
        self._filler = self._model.generation_config.pad_token_id
        self._loss = Loss(config.optimizer.label_smoothing, banned_tokens(checkpoint), self._device)
        self.parameters = trainable(self._model, config.optimizer.freeze)
        self._optimizer = _optimizer(self._model, self.parameters, config.optimizer)
        self._batches: tuple[Batch, ...] = ()
        self._batches_of = -1
        # Sums on the device since the last look: reading them at each step would make a GPU wait for the CPU.
        self._loss_sum = torch.zeros((), dtype=torch.float64 if self._device != "mps" else torch.float32)
        self._loss_sum = self._loss_sum.to(self._device)

    def run(self, watch: Watch, identity: str) -> End:
        """Train from the checkpoint in the folder, if there is one, to the end; which limit ended it.

        Best weights and a checkpoint are in the folder afterwards. Raises `ModelError` when the loss is no number.
        """
        self._resume(watch, identity)
        before, started = self.progress.seconds, watch.clock()
        checkpointed = told = started
        end: End | None = self._end(watch)
        while end is None:
            done = self._step()
            now = watch.clock()
            self.progress = replace(done, seconds=before + now - started)
            if self.progress.step % self._config.evaluate.every_steps == 0:
                self._evaluate(watch)
                self.progress = replace(self.progress, seconds=before + watch.clock() - started)
                self._save(identity)
                checkpointed = told = watch.clock()
            elif now - checkpointed >= 60 * self._config.checkpoint_minutes:
                self._save(identity)
                checkpointed = watch.clock()
            if now - told >= _TELL_SECONDS:
                watch.tell(self._line())
                told = now
            end = self._end(watch)
        if end != "stopped":
            self._finish(watch)
        self._save(identity)
        return end

    def _resume(self, watch: Watch, identity: str) -> None:
        progress = load_checkpoint(self._folder, self.parameters, self._optimizer, identity)
        if progress is not None:
            self.progress = progress
            self._loss_sum.fill_(progress.loss_sum)
            watch.tell(f"going on from step {progress.step}, after {progress.seconds / 60:.1f} min")
        else:
            self._evaluate(watch)
            self._save(identity)

    def _end(self, watch: Watch) -> End | None:
        share, limit = self._share()
        if share >= 1:
            return limit
        if self._patience_is_over():
            return "patience"
        return "stopped" if watch.stopped() else None

    @property
    def epochs(self) -> float:
        """How often the pairs were gone through."""
        return self.progress.epoch + self.progress.position / len(self._epoch_batches())

    def _share(self) -> tuple[float, End]:
        return share_done(self._config.limits, self.progress, self.epochs)

    def _patience_is_over(self) -> bool:
        patience, scores = self._config.limits.patience, [self._score(each) for each in self.progress.evaluations]
        return patience is not None and len(scores) - 1 - scores.index(max(scores)) >= patience

    def _score(self, evaluation: Evaluation) -> float:
        return evaluation.chrf if self._config.evaluate.metric == "chrf" else evaluation.bleu

    def _epoch_batches(self) -> tuple[Batch, ...]:
        if self._batches_of != self.progress.epoch:
            self._batches_of = self.progress.epoch
            self._batches = self._examples.epoch(
                self._config.seed, self.progress.epoch, self._config.optimizer.batch_tokens
            )
        return self._batches

    # ---------------------------------------------------------------- one step

    def _step(self) -> Progress:
        """Learn from the next batches; the progress after it, but for the time."""
        progress, options = self.progress, self._config.optimizer
        batches = self._epoch_batches()
        group = batches[progress.position : progress.position + options.accumulate]
        tokens = sum(len(self._examples.targets[index]) for batch in group for index in batch)
        torch.manual_seed((self._config.seed << 32) + progress.step)
        self._set_learning()
        self._optimizer.zero_grad(set_to_none=True)
        for batch in group:
            self._backward(batch, tokens)
        norm = torch.nn.utils.clip_grad_norm_(self.parameters.values(), options.max_grad_norm)
        self._loss_sum += norm * 0  # a norm that is no number makes the weights none, and the sum tells
        for settings in self._optimizer.param_groups:
            settings["lr"] = settings["factor"] * learning_rate(options, progress.step, self._share()[0])
        self._optimizer.step()
        position = progress.position + len(group)
        over = position >= len(batches)
        return replace(
            progress,
            step=progress.step + 1,
            epoch=progress.epoch + over,
            position=0 if over else position,
            tokens=progress.tokens + tokens,
            loss_tokens=progress.loss_tokens + tokens,
        )

    def _backward(self, batch: Batch, tokens: int) -> None:
        try:
            loss = self.batch_loss(batch)
            (loss / tokens).backward()  # type: ignore[no-untyped-call]
        except torch.cuda.OutOfMemoryError as error:
            raise ModelError(
                f"out of CUDA memory with a batch of {len(batch)} pairs; lower optimizer.batch_tokens and raise "
                f"optimizer.accumulate by as much, in a new folder ({error})"
            ) from error
        self._loss_sum += loss.detach()

    def batch_loss(self, batch: Batch) -> Tensor:
        """Summed loss of a batch: the decoder is given what the engine gives it, and learns what the engine reads."""
        opening = self._generator.feeder.opening
        rows = [self._examples.targets[index] for index in batch]
        source, mask = padded([self._examples.sources[index] for index in batch], self._filler)
        given, _ = padded([(*opening, *row[:-1]) for row in rows], self._filler)
        labels, _ = padded([(*[_IGNORED] * (len(opening) - 1), *row) for row in rows], _IGNORED)
        with self._computing():
            logits = self._model(
                input_ids=torch.tensor(source, device=self._device),
                attention_mask=torch.tensor(mask, device=self._device),
                decoder_input_ids=torch.tensor(given, device=self._device),
                use_cache=False,
            ).logits
        return self._loss(logits, torch.tensor(labels, device=self._device))

    def _computing(self) -> AbstractContextManager[Any]:
        """Half precision where it is configured; weights and optimizer stay float32."""
        kind = self._device.partition(":")[0]
        return torch.autocast(kind, dtype=self._dtype, enabled=self._dtype != torch.float32)

    def _set_learning(self) -> None:
        self._model.train()
        if self._config.optimizer.freeze == "encoder":
            self._model.get_encoder().eval()  # dropout belongs to learning

    # ---------------------------------------------------------------- between steps

    def _evaluate(self, watch: Watch) -> None:
        """Score the development sets and keep the weights when they are the best so far."""
        if not self._dev:
            return
        progress = self.progress
        loss = self._checked_loss() / progress.loss_tokens if progress.loss_tokens else None
        self._model.eval()
        with self._computing():
            sets = set_scores(self._generator, self._dev, dev_decoding(self._config.evaluate))
        evaluation = Evaluation(progress.step, progress.seconds, loss, sets)
        if all(self._score(evaluation) > self._score(before) for before in progress.evaluations):
            save_best(self._folder, self.parameters, evaluation)
        self.progress = replace(progress, evaluations=(*progress.evaluations, evaluation), loss_sum=0.0, loss_tokens=0)
        self._loss_sum.zero_()
        watch.tell(f"{progress.seconds / 60:.1f} min, {evaluation}")

    def _finish(self, watch: Watch) -> None:
        """The last evaluation; without development pairs the last weights are the best."""
        self._checked_loss()
        if not self._dev:
            save_best(self._folder, self.parameters, None)
        elif self.progress.evaluations[-1].step != self.progress.step:
            self._evaluate(watch)

    def _save(self, identity: str) -> None:
        self.progress = replace(self.progress, loss_sum=self._checked_loss())
        save_checkpoint(self._folder, self.parameters, self._optimizer, self.progress, identity)

    def _checked_loss(self) -> float:
        """The loss summed since the last evaluation."""
        total = float(self._loss_sum)
        if not math.isfinite(total):
            raise ModelError(
                f"the loss became {total} before step {self.progress.step}; lower optimizer.learning_rate or raise "
                "optimizer.warmup_steps, and start in a new folder; the last checkpoint is from before that"
            )
        return total

    def _line(self) -> str:
        progress = self.progress
        loss = self._checked_loss() / max(1, progress.loss_tokens)
        rate = self._optimizer.param_groups[0]["lr"]
        return (
            f"{progress.seconds / 60:.1f} min, step {progress.step}, epoch {progress.epoch + 1}, loss {loss:.3f}, "
            f"learning rate {rate:.2e}, {progress.tokens / max(progress.seconds, 1e-9):.0f} target tokens/s"
        )


def dev_decoding(options: EvaluateConfig) -> Decoding:
    """How development pairs are translated: as the ready configurations translate."""
    return Decoding(num_beams=options.num_beams, max_new_tokens=256, max_new_tokens_per_input_token=2.0)


def set_scores(generator: TextGenerator, sets: Sequence[DevSet], decoding: Decoding) -> tuple[SetScores, ...]:
    """The scores of a generator's translations of each set."""
    scored = []
    for each in sets:
        outputs = [output.text for output in generator.generate(each.given, decoding)]
        scored.append(SetScores(each.name, *scores(outputs, [pair.target for pair in each.pairs])))
    return tuple(scored)


def scores(outputs: Sequence[str], references: Sequence[str]) -> tuple[float, float]:
    """Corpus chrF and BLEU, 0…100, by sacrebleu's defaults (chrF2; BLEU with tok:13a and exponential smoothing)."""
    import sacrebleu

    chrf = sacrebleu.corpus_chrf(list(outputs), [list(references)]).score
    return float(chrf), float(sacrebleu.corpus_bleu(list(outputs), [list(references)]).score)


def trainable(model: Any, freeze: str) -> Parameters:
    """The parameters that learn, by name, tied ones once; all others need no gradient any more."""
    # Tables of sines (Marian, Pegasus) are parameters, and loading forgets that they do not learn. They are not saved.
    fixed = [module for module in model.modules() if "Sinusoidal" in type(module).__name__]
    fixed += [model.get_encoder()] if freeze == "encoder" else []
    frozen = {id(parameter) for module in fixed for parameter in module.parameters()}
    parameters = {}
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(id(parameter) not in frozen)
        if parameter.requires_grad:
            parameters[name] = parameter
    return parameters


def _optimizer(model: Any, parameters: Parameters, options: OptimizerConfig) -> torch.optim.Optimizer:
    """AdamW in groups, each with the `factor` of its learning rate.

    Weight decay is for matrices only, as usual: on norms and biases it only hurts.
    """
    encoder = {id(parameter) for parameter in model.get_encoder().parameters()}
    groups = []
    for factor, inside in ((1.0, False), (options.encoder_rate, True)):
        own = [parameter for parameter in parameters.values() if (id(parameter) in encoder) is inside]
        for decay, matrices in ((options.weight_decay, True), (0.0, False)):
            chosen = [parameter for parameter in own if (parameter.dim() > 1) is matrices]
            if chosen:
                groups.append({"params": chosen, "weight_decay": decay, "factor": factor})
    # betas as in "Attention is all you need", section 5.3
    return torch.optim.AdamW(groups, lr=options.learning_rate, betas=(0.9, 0.98), fused=True)
