"""CTranslate2 models: the same inputs, searches and scores as the transformers engine, several times as fast."""

from __future__ import annotations

import json
import logging
import math
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from mt.activity import advance
from mt.config import Decoding, ModelConfig
from mt.engines import BATCH_INVARIANT, NOT_BATCH_INVARIANT
from mt.engines.batching import Batch, uniform_batches
from mt.engines.cores import keep_freed_memory, share_arena, threads, workers
from mt.engines.devices import Placement
from mt.engines.feeding import EMPTY, ChatFeeder, Feeder, Row, Seq2SeqFeeder
from mt.engines.languages import MULTILINGUAL
from mt.engines.models.apart import run_apart
from mt.engines.models.conversion import WEIGHTS, converted, tokenizer_folder, vocabulary
from mt.engines.models.facts import ModelFacts, read_facts
from mt.engines.models.folders import RECORD, fingerprint, read_record
from mt.engines.models.parity import ensure_parity, known_parity
from mt.engines.models.reference import GOLDEN, Golden, committed, language_key, make_apart, read_golden
from mt.engines.prompts import Conversation, FixedConversation, TemplatedConversation, fixed
from mt.engines.tokenizing import KeptTokenizer, has_kept_tokenizer, open_tokenizer
from mt.errors import ModelError
from mt.files import replacing
from mt.records import Generated

_EXACT = ("int8", "int8_float32")
"""Precisions whose linear layers on a CPU sum whole numbers: the result is the same in any order and any batch."""
_TOGETHER = {"max_batch_size": 0, "asynchronous": True}
"""What makes CTranslate2 take a batch as it is given, and return before it is done."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """What a search found for one row: its tokens, end-of-sequence included, and their mean log-probability.

    `score` is None where the search's own account is not the model's: choices were barred.
    """

    tokens: tuple[int, ...]
    score: float | None


class CTranslate2Generator(ABC):
    """A `TextGenerator` over a CTranslate2 model, but for what its two kinds do differently.

    All rows of a batch have the same number of tokens and the same limit, so that nothing is padded. Then each row goes
    through the same computation as it would alone: linear layers in int8 sum whole numbers, and attention is computed
    for each row by itself. With padding the matrices of attention have other sizes and float sums other roundings,
    which int8 can make large: on 200 sentences 89 outputs had another score and 11 another text.
    In floats linear layers, too, round as the size of the whole batch has it. `description` tells which holds.
    """

    description: str

    def __init__(self, model: Any, tokens: Sequence[str], feeder: Feeder, batch_tokens: int, description: str) -> None:
        self._model = model
        self._batch_tokens = batch_tokens
        self.feeder = feeder
        self.max_input_tokens = feeder.max_input_tokens
        self.description = description
        self._vocabulary = tokens
        self._ids = {token: place for place, token in enumerate(tokens)}
        self._ahead = 2 * sum(getattr(model, name, 0) for name in ("num_translators", "num_generators")) + 1
        self._suppressed = [[token] for token in self._tokens(feeder.facts.forbidden)] or None

    def count_tokens(self, text: str) -> int:
        """Number of model tokens of `text` alone, without special tokens, prefix or prompt."""
        return self.feeder.count_tokens(text)

    def generate(self, texts: Sequence[str], decoding: Decoding) -> list[Generated]:
        """One output for each text, in their order, whatever the batching.

        A text without a token (empty, or white space) is not shown to the model: its output is empty, finished and
        without score. A batch that does not fit into the memory is halved until it does.

        Raises `ModelError` when a text is longer than `max_input_tokens` or the model fails.
        """
        rows = [self.feeder.row(text, decoding) for text in texts]
        working = [index for index, row in enumerate(rows) if row.input_tokens]
        outputs = [EMPTY] * len(rows)
        for index, written in zip(working, self._search([rows[i] for i in working], decoding), strict=True):
            outputs[index] = self._generated(rows[index], written)
        return outputs

    def together(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """The texts that share a batch, because they have the same number of tokens; groups by their first text."""
        lengths = [(len(self.feeder.row(text, Decoding()).ids),) for text in texts]
        return sorted(uniform_batches(lengths, self._batch_tokens))

    def score(self, texts: Sequence[str], outputs: Sequence[str]) -> list[float]:
        """Mean log-probability per token, end included, with which the model would write each output for its text."""
        rows = [self.feeder.row(text, Decoding()) for text in texts]
        return self._scores(rows, [self.feeder.output_ids(output) for output in outputs])

    def write_tokens(self, prompts: Sequence[Sequence[int]], longest: int) -> list[tuple[int, ...]]:
        """Greedy outputs for prompts that are token ids already, end-of-sequence included."""
        rows = [Row("", tuple(prompt), len(prompt), longest) for prompt in prompts]
        return [written.tokens for written in self._search(rows, Decoding(max_new_tokens=longest))]

    def score_tokens(self, prompts: Sequence[Sequence[int]], outputs: Sequence[Sequence[int]]) -> list[float]:
        """Mean log-probability per token of each output after its prompt, both as token ids."""
        rows = [Row("", tuple(prompt), len(prompt), len(ids)) for prompt, ids in zip(prompts, outputs, strict=True)]
        return self._scores(rows, [tuple(ids) for ids in outputs])

    def _generated(self, row: Row, written: Written) -> Generated:
        if written.score is None or not math.isfinite(written.score):
            raise ModelError(
                f"the model computed {written.score} for a log-probability, so its output is meaningless; half "
                f"precision can overflow: set dtype: float32, or check the weights ({self.description})"
            )
        return self.feeder.generated(row, written.tokens, written.score)

    def _search(self, rows: Sequence[Row], decoding: Decoding) -> list[Written]:
        """What is found for each row within its own limit."""

        def send(batch: Sequence[Row]) -> Sequence[Any]:
            return self._write(batch, self._options(decoding, batch[0].limit))

        shapes = [(len(row.ids), row.limit) for row in rows]
        outputs = [self._written(result, decoding) for result in self._in_batches(send, rows, shapes)]
        barred = [i for i, written in enumerate(outputs) if _was_barred(written, decoding)]
        scores = self._scores([rows[i] for i in barred], [outputs[i].tokens for i in barred])
        for index, score in zip(barred, scores, strict=True):
            outputs[index] = Written(outputs[index].tokens, score)
        return outputs

    def _scores(self, rows: Sequence[Row], outputs: Sequence[tuple[int, ...]]) -> list[float]:
        pairs = list(zip(rows, outputs, strict=True))
        shapes = [(len(row.ids), len(output)) for row, output in pairs]
        results = self._in_batches(self._judge, pairs, shapes)
        return [self._mean(result, output) for result, output in zip(results, outputs, strict=True)]

    def _in_batches(
        self, send: Callable[[Sequence[Any]], Sequence[Any]], items: Sequence[Any], shapes: Sequence[tuple[int, ...]]
    ) -> list[Any]:
        """The result for each item, in order; a batch that does not fit into the memory is halved until it does.

        `send` hands a batch of items of one shape to CTranslate2, whose workers take batches as they come, and returns
        a handle for each item. No more are sent than keep the workers busy: with a full queue CTranslate2 makes the
        sender wait, and nobody would be told meanwhile what is done.
        """
        results: list[Any] = [None] * len(items)
        pending = deque(uniform_batches(shapes, self._batch_tokens))
        sent: deque[tuple[Batch, Sequence[Any]]] = deque()
        while pending or sent:
            batch: Batch = ()
            try:
                while pending and len(sent) < self._ahead:
                    batch = pending[0]
                    sent.append((batch, send([items[index] for index in batch])))
                    pending.popleft()
                batch, handles = sent.popleft()
                for index, handle in zip(batch, handles, strict=True):
                    results[index] = handle.result()
                advance(len(batch))
            except (RuntimeError, ValueError) as error:
                if "out of memory" not in str(error):
                    raise ModelError(f"the model failed on a batch of {len(batch)} texts: {error}") from error
                if len(batch) == 1:
                    raise ModelError(
                        f"out of memory with a single text ({error}); lower num_beams, max_new_tokens or "
                        "max_input_tokens, or use a smaller model"
                    ) from error
                if pending and pending[0] is batch:
                    pending.popleft()
                half = len(batch) // 2
                pending.extendleft([batch[half:], batch[:half]])
        return results

    def _options(self, decoding: Decoding, limit: int) -> dict[str, Any]:
        return {
            "beam_size": decoding.num_beams,
            "num_hypotheses": decoding.num_beams,
            "length_penalty": decoding.length_penalty,
            "repetition_penalty": decoding.repetition_penalty,
            "no_repeat_ngram_size": decoding.no_repeat_ngram_size,
            "suppress_sequences": self._suppressed,
            "end_token": sorted(self.feeder.ends),
            "return_end_token": True,
            "return_scores": True,
            **self._lengths(min(decoding.min_new_tokens, limit), limit),
            **_TOGETHER,
        }

    def _tokens(self, ids: Sequence[int]) -> list[str]:
        return [self._vocabulary[i] for i in ids]

    def _written(self, result: Any, decoding: Decoding) -> Written:
        best = self._best(result)
        if not best:
            raise ModelError(f"the model wrote no token at all ({self.description})")
        # CTranslate2 divides the sum by length^length_penalty, and counts the tokens given after the start.
        length = len(best) + len(self.feeder.opening[1:])
        return Written(best, result.scores[0] * length**decoding.length_penalty / len(best))

    @abstractmethod
    def _lengths(self, shortest: int, longest: int) -> dict[str, Any]:
        """Bounds of the output in new tokens, by the names that CTranslate2 has for them."""

    @abstractmethod
    def _write(self, rows: Sequence[Row], options: dict[str, Any]) -> Sequence[Any]:
        """Begin a search under these options; a handle for each row, whose result is its hypotheses and scores."""

    @abstractmethod
    def _best(self, result: Any) -> tuple[int, ...]:
        """The new tokens of the best hypothesis in what a search found for a row."""

    @abstractmethod
    def _judge(self, pairs: Sequence[tuple[Row, tuple[int, ...]]]) -> Sequence[Any]:
        """Begin to score each row's given output; a handle for each."""

    @abstractmethod
    def _mean(self, result: Any, output: tuple[int, ...]) -> float:
        """Mean log-probability of an output's tokens in what scoring found."""


class CTranslate2Seq2Seq(CTranslate2Generator):
    """An encoder reads, a decoder writes."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._prefix = self._tokens(self.feeder.opening[1:])

    def _lengths(self, shortest: int, longest: int) -> dict[str, Any]:
        given = len(self._prefix)  # both bounds count it
        return {
            "min_decoding_length": shortest + given if shortest else 0,
            "max_decoding_length": longest + given,
            "max_input_length": 0,
        }

    def _write(self, rows: Sequence[Row], options: dict[str, Any]) -> Sequence[Any]:
        source = [self._tokens(row.ids) for row in rows]
        prefix = [self._prefix] * len(rows) if self._prefix else None
        handles: Sequence[Any] = self._model.translate_batch(source, prefix, **options)
        return handles

    def _best(self, result: Any) -> tuple[int, ...]:
        return tuple(self._ids[token] for token in result.hypotheses[0][len(self._prefix) :])

    def _judge(self, pairs: Sequence[tuple[Row, tuple[int, ...]]]) -> Sequence[Any]:
        source = [self._tokens(row.ids) for row, _ in pairs]
        target = [[*self._prefix, *self._tokens(output)] for _, output in pairs]
        handles: Sequence[Any] = self._model.score_batch(source, target, max_input_length=0, **_TOGETHER)
        return handles

    def _mean(self, result: Any, output: tuple[int, ...]) -> float:
        start = len(self._prefix)
        return math.fsum(result.log_probs[start : start + len(output)]) / len(output)


class CTranslate2Chat(CTranslate2Generator):
    """A decoder continues a conversation."""

    def _lengths(self, shortest: int, longest: int) -> dict[str, Any]:
        return {"min_length": shortest, "max_length": longest, "include_prompt_in_result": False}

    def _write(self, rows: Sequence[Row], options: dict[str, Any]) -> Sequence[Any]:
        handles: Sequence[Any] = self._model.generate_batch([self._tokens(row.ids) for row in rows], **options)
        return handles

    def _best(self, result: Any) -> tuple[int, ...]:
        return tuple(result.sequences_ids[0])

    def _judge(self, pairs: Sequence[tuple[Row, tuple[int, ...]]]) -> Sequence[Any]:
        whole = [self._tokens((*row.ids, *output)) for row, output in pairs]
        handles: Sequence[Any] = self._model.score_batch(whole, max_input_length=0, **_TOGETHER)
        return handles

    def _mean(self, result: Any, output: tuple[int, ...]) -> float:
        return math.fsum(result.log_probs[-len(output) :]) / len(output)


def load_ctranslate2(
    folder: Path,
    config: ModelConfig,
    decoding: Decoding,
    cache: Path,
    placement: Placement,
) -> CTranslate2Generator:
    """Open a model with CTranslate2, converted first when it has not been yet.

    Raises `ConfigError` when the configuration does not fit the model or this machine, `ModelError` when it cannot be
    converted or loaded.
    """
    form = converted(folder, config.kind, placement.dtype, cache)
    verdict = form / f"mt-parity-{language_key(config)}-{placement.device.partition(':')[0]}.json"
    if not known_parity(verdict, form / WEIGHTS):
        golden = _golden(folder, form, config)
        _log.info("comparing %s with the output of torch, once; this takes seconds to minutes", form.name)
        run_apart(_try, verdict, golden, form, folder, config, decoding, placement)
    return open_form(form, folder, config, decoding, placement)


def _try(
    verdict: Path,
    golden: Golden,
    form: Path,
    folder: Path,
    config: ModelConfig,
    decoding: Decoding,
    placement: Placement,
) -> None:
    ensure_parity(verdict, form / WEIGHTS, open_form(form, folder, config, decoding, placement), golden)


def _golden(folder: Path, form: Path, config: ModelConfig) -> Golden:
    """What torch writes with these weights: by the record that comes with the package, or by a trial that is kept."""
    record = read_record(folder / RECORD)
    plain = not (config.prefix or config.source_code or config.target_code)
    if record and plain and (golden := committed(record.revision)):
        return golden
    kept = form / (GOLDEN if form == folder else f"mt-golden-{language_key(config)}.json")
    if golden := read_golden(kept):
        return golden
    if form == folder:
        raise ModelError(
            f"{form}: nothing to compare it with is kept beside it; remove the folder; it will be created again"
        )
    return make_apart(folder, config, record.revision if record else fingerprint(folder), kept)


def open_form(
    form: Path,
    folder: Path,
    config: ModelConfig,
    decoding: Decoding,
    placement: Placement,
) -> CTranslate2Generator:
    """The generator over a converted folder; `folder` is the Hugging Face folder that it was made from."""
    facts = read_facts(form)
    exact = placement.device == "cpu" and placement.dtype in _EXACT
    # In floats a chat model takes one conversation at a time: equal lengths are rare, so that it loses little.
    invariant = exact or (placement.device == "cpu" and config.kind == "chat")
    description = (
        f"ctranslate2/{placement.dtype}/{facts.model_type} {BATCH_INVARIANT if invariant else NOT_BATCH_INVARIANT}"
    )
    budget = config.batch_tokens if exact or config.kind == "seq2seq" else 1
    if config.kind == "chat":
        chat = _chat_feeder(form, folder, facts, config, decoding)
        model = _open("Generator", form, config, placement)
        if placement.device == "cpu":  # one layer takes tens of megabytes for a long prompt, and frees them
            keep_freed_memory()
        return CTranslate2Chat(model, vocabulary(form), chat, budget, description)
    tokenizer = _tokenizer(form, folder, facts)
    feeder = Seq2SeqFeeder(tokenizer, facts, config)
    return CTranslate2Seq2Seq(
        _open("Translator", form, config, placement), vocabulary(form), feeder, budget, description
    )


def _open(kind: str, form: Path, config: ModelConfig, placement: Placement) -> Any:
    import ctranslate2

    count = threads(config.threads)
    device, _, number = placement.device.partition(":")
    on_cpu = device == "cpu"
    devices = range(ctranslate2.get_cuda_device_count()) if device == "cuda" and not number else [int(number or 0)]
    inter = workers(count) if on_cpu else 1
    if on_cpu:
        share_arena()
    try:
        return getattr(ctranslate2, kind)(
            str(form),
            device=device,
            device_index=0 if on_cpu else list(devices),
            compute_type=placement.dtype,
            inter_threads=inter,
            intra_threads=max(1, count // inter) if on_cpu else 0,
        )
    except (RuntimeError, ValueError) as error:
        raise ModelError(
            f"{form}: CTranslate2 cannot load this ({error}); remove the folder; it will be created again"
        ) from error


def _tokenizer(form: Path, folder: Path, facts: ModelFacts) -> Any:
    if has_kept_tokenizer(form) and facts.model_type not in MULTILINGUAL:
        return KeptTokenizer(form)
    return open_tokenizer(tokenizer_folder(folder))[0]


def _chat_feeder(
    form: Path,
    folder: Path,
    facts: ModelFacts,
    config: ModelConfig,
    decoding: Decoding,
) -> ChatFeeder:
    """The feeder of a chat model: without transformers where prompt and tokenizer were kept by an earlier run."""
    kept = form / f"mt-prompt-{_key(config)}.json"
    conversation: Conversation
    if has_kept_tokenizer(form) and kept.is_file():
        prompt = json.loads(kept.read_text(encoding="utf-8"))
        conversation = FixedConversation(tuple(prompt["pieces"]), frozenset(prompt["closing"]))
        return ChatFeeder(KeptTokenizer(form), facts, config, decoding, conversation)
    tokenizer, _ = open_tokenizer(tokenizer_folder(folder))
    conversation = TemplatedConversation(tokenizer, config)
    if frame := fixed(conversation):
        with replacing(kept, shared=True) as aside:
            aside.write_text(json.dumps({"pieces": frame.pieces, "closing": sorted(frame.closing)}), encoding="utf-8")
    return ChatFeeder(tokenizer, facts, config, decoding, conversation)


def _key(config: ModelConfig) -> str:
    """12 hex digits that change with all that decides how a text is asked for."""
    parts = config.model_dump(include={"prompt", "chat_template_options", "prefix", "source_code", "target_code"})
    return sha256(json.dumps([parts, {}], sort_keys=True, default=str).encode()).hexdigest()[:12]


def _was_barred(written: Written, decoding: Decoding) -> bool:
    """Whether penalties or bars may have moved the search's score away from the model's own.

    An n-gram is barred only where its first n - 1 tokens stand a second time.
    """
    if decoding.repetition_penalty != 1.0 or decoding.min_new_tokens:
        return True
    if not decoding.no_repeat_ngram_size:
        return False
    size = decoding.no_repeat_ngram_size - 1
    followed = written.tokens[:-1]
    grams = [followed[i : i + size] for i in range(len(followed) - size + 1)]
    return size == 0 or len(set(grams)) < len(grams)
