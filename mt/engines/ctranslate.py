"""CTranslate2 models: the same inputs, searches and scores as the transformers engine, several times as fast."""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from mt.config import Decoding, ModelConfig
from mt.engines.cores import cores, workers
from mt.engines.devices import Placement
from mt.engines.feeding import EMPTY, ChatFeeder, Feeder, Row, Seq2SeqFeeder
from mt.engines.languages import MULTILINGUAL
from mt.engines.memory import give_back
from mt.engines.models.conversion import WEIGHTS, converted, tokenizer_folder, vocabulary
from mt.engines.models.facts import ModelFacts, read_facts
from mt.engines.models.folders import RECORD, fingerprint, read_record
from mt.engines.models.parity import ensure_parity, known_parity
from mt.engines.models.reference import GOLDEN, Golden, committed, language_key, make_apart, read_golden
from mt.engines.prompts import Conversation, FixedConversation, TemplatedConversation, fixed
from mt.engines.tokenizing import KeptTokenizer, has_kept_tokenizer, open_tokenizer
from mt.errors import ModelError
from mt.records import Generated


@dataclass(frozen=True, slots=True)
class Written:
    """What a search found for one row: its tokens, end-of-sequence included, and their mean log-probability.

    `score` is None where the search's own account is not the model's: tokens were cut off, or choices were barred.
    `longest` is the length of the longest hypothesis that the search finished.
    """

    tokens: tuple[int, ...]
    score: float | None
    longest: int


class CTranslate2Generator(ABC):
    """A `TextGenerator` over a CTranslate2 model, but for what its two kinds do differently.

    Outputs do not depend on the batch in float32, but for differences of rounding. In int8 activations are rounded
    with scales of their own for each token, so that there, too, differences are those of float rounding.
    """

    description: str

    def __init__(
        self, model: Any, tokens: Sequence[str], feeder: Feeder, config: ModelConfig, description: str
    ) -> None:
        self._model = model
        self._batch_tokens = config.batch_tokens
        self.feeder = feeder
        self.max_input_tokens = feeder.max_input_tokens
        self.description = description
        self._vocabulary = tokens
        self._ids = {token: place for place, token in enumerate(tokens)}
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
                f"the model computed {written.score} for a log-probability, so its output means nothing; half "
                f"precision that overflows does that: set dtype: float32, or check the weights ({self.description})"
            )
        return self.feeder.generated(row, written.tokens, written.score)

    def _search(self, rows: Sequence[Row], decoding: Decoding) -> list[Written]:
        """What is found for each row within its own limit.

        CTranslate2 takes one limit for a call. Rows are searched under the next of a few limits above their own; greedy
        outputs are then cut. A beam search that went on past a row's limit is run again under that limit, for it might
        have chosen otherwise; one that ended before is what the row's own limit gives.
        """
        found = self._grouped(rows, [_rounded(row.limit) for row in rows], decoding)
        if decoding.num_beams > 1:
            late = [index for index, written in enumerate(found) if written.longest > rows[index].limit]
            again = self._grouped([rows[i] for i in late], [rows[i].limit for i in late], decoding)
            for index, written in zip(late, again, strict=True):
                found[index] = written
        found = [_cut(written, row.limit) for written, row in zip(found, rows, strict=True)]
        barred = [i for i, written in enumerate(found) if written.score is None or _was_barred(written, decoding)]
        scores = self._scores([rows[i] for i in barred], [found[i].tokens for i in barred])
        for index, score in zip(barred, scores, strict=True):
            found[index] = Written(found[index].tokens, score, found[index].longest)
        return found

    def _grouped(self, rows: Sequence[Row], limits: Sequence[int], decoding: Decoding) -> list[Written]:
        """Search under each row's limit, the rows of one limit together; results in the order of the rows."""
        groups: defaultdict[int, list[int]] = defaultdict(list)
        for index, limit in enumerate(limits):
            groups[limit].append(index)
        found: dict[int, Written] = {}
        for limit, members in sorted(groups.items(), reverse=True):
            options = self._options(decoding, limit)
            found |= zip(members, self._fitting(self._write, [rows[i] for i in members], options), strict=True)
        return [found[index] for index in range(len(rows))]

    def _scores(self, rows: Sequence[Row], outputs: Sequence[tuple[int, ...]]) -> list[float]:
        tables = self._fitting(self._judge, list(zip(rows, outputs, strict=True)), {}) if rows else []
        return [math.fsum(table) / len(table) for table in tables]

    def _fitting(self, work: Any, items: Sequence[Any], options: dict[str, Any]) -> list[Any]:
        """`work` over the items, in batches that are halved while they do not fit into the memory."""
        budget = self._batch_tokens
        while True:
            try:
                return list(work(items, {**options, "max_batch_size": budget, "batch_type": "tokens"}))
            except (RuntimeError, ValueError) as error:
                if "out of memory" not in str(error):
                    raise ModelError(f"the model failed on {len(items)} texts: {error}") from error
                if budget == 1:
                    raise ModelError(
                        f"out of memory with a single text ({error}); lower num_beams, max_new_tokens or "
                        "max_input_tokens, or use a smaller model"
                    ) from error
            budget //= 2

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
        }

    def _tokens(self, ids: Sequence[int]) -> list[str]:
        return [self._vocabulary[i] for i in ids]

    def _written(
        self, hypotheses: Sequence[Sequence[int]], scores: Sequence[float], options: dict[str, Any]
    ) -> Written:
        best = tuple(hypotheses[0])
        if not best:
            raise ModelError(f"the model wrote no token at all ({self.description})")
        # CTranslate2 divides the sum by length^length_penalty, and counts the tokens given after the start.
        length = len(best) + len(self.feeder.opening[1:])
        score = scores[0] * length ** options["length_penalty"] / len(best)
        return Written(best, score, max(map(len, hypotheses)))

    @abstractmethod
    def _lengths(self, shortest: int, longest: int) -> dict[str, Any]:
        """Bounds of the output in new tokens, by the names that CTranslate2 has for them."""

    @abstractmethod
    def _write(self, rows: Sequence[Row], options: dict[str, Any]) -> list[Written]:
        """What a search under these options finds for each row."""

    @abstractmethod
    def _judge(self, pairs: Sequence[tuple[Row, tuple[int, ...]]], options: dict[str, Any]) -> list[list[float]]:
        """Log-probabilities of each row's given output, token by token."""


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

    def _write(self, rows: Sequence[Row], options: dict[str, Any]) -> list[Written]:
        source = [self._tokens(row.ids) for row in rows]
        prefix = [self._prefix] * len(rows) if self._prefix else None
        results = self._model.translate_batch(source, prefix, **options)
        start = len(self._prefix)
        return [
            self._written(
                [[self._ids[token] for token in hypothesis[start:]] for hypothesis in result.hypotheses],
                result.scores,
                options,
            )
            for result in results
        ]

    def _judge(self, pairs: Sequence[tuple[Row, tuple[int, ...]]], options: dict[str, Any]) -> list[list[float]]:
        source = [self._tokens(row.ids) for row, _ in pairs]
        target = [[*self._prefix, *self._tokens(output)] for _, output in pairs]
        results = self._model.score_batch(source, target, max_input_length=0, **options)
        start = len(self._prefix)
        return [
            result.log_probs[start : start + len(output)] for result, (_, output) in zip(results, pairs, strict=True)
        ]


class CTranslate2Chat(CTranslate2Generator):
    """A decoder continues a conversation."""

    def _lengths(self, shortest: int, longest: int) -> dict[str, Any]:
        return {"min_length": shortest, "max_length": longest, "include_prompt_in_result": False}

    def _write(self, rows: Sequence[Row], options: dict[str, Any]) -> list[Written]:
        # One conversation at a time: of several, CTranslate2 reads what they have beyond the shortest token by token.
        alone = {**options, "max_batch_size": 1, "batch_type": "examples"}
        results = self._model.generate_batch([self._tokens(row.ids) for row in rows], **alone)
        return [self._written(result.sequences_ids, result.scores, options) for result in results]

    def _judge(self, pairs: Sequence[tuple[Row, tuple[int, ...]]], options: dict[str, Any]) -> list[list[float]]:
        whole = [self._tokens((*row.ids, *output)) for row, output in pairs]
        alone = {**options, "max_batch_size": 1, "batch_type": "examples"}
        results = self._model.score_batch(whole, max_input_length=0, **alone)
        return [result.log_probs[-len(output) :] for result, (_, output) in zip(results, pairs, strict=True)]


def load_ctranslate2(
    folder: Path,
    config: ModelConfig,
    decoding: Decoding,
    values: Mapping[str, object],
    cache: Path,
    placement: Placement,
) -> CTranslate2Generator:
    """Open a model with CTranslate2, converted first when it has not been yet.

    Raises `ConfigError` when the configuration does not fit the model or this machine, `ModelError` when it cannot be
    converted or loaded.
    """
    form = converted(folder, config.kind, placement.dtype, cache)
    verdict = form / f"mt-parity-{language_key(config)}-{placement.device.partition(':')[0]}.json"
    if known_parity(verdict, form / WEIGHTS):
        return open_form(form, folder, config, decoding, values, placement)
    golden = _golden(folder, form, config)
    generator = open_form(form, folder, config, decoding, values, placement)
    ensure_parity(verdict, form / WEIGHTS, generator, golden)
    give_back()
    return generator


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
        raise ModelError(f"{form}: nothing to compare it with is kept beside it; remove the folder, it is made anew")
    return make_apart(folder, config, record.revision if record else fingerprint(folder), kept)


def open_form(
    form: Path,
    folder: Path,
    config: ModelConfig,
    decoding: Decoding,
    values: Mapping[str, object],
    placement: Placement,
) -> CTranslate2Generator:
    """The generator over a converted folder; `folder` is the Hugging Face folder that it was made from."""
    facts = read_facts(form)
    description = f"ctranslate2/{placement.dtype}/{facts.model_type}"
    if config.kind == "chat":
        chat = _chat_feeder(form, folder, facts, config, decoding, values)
        return CTranslate2Chat(_open("Generator", form, config, placement), vocabulary(form), chat, config, description)
    tokenizer = _tokenizer(form, folder, facts)
    feeder = Seq2SeqFeeder(tokenizer, facts, config)
    return CTranslate2Seq2Seq(
        _open("Translator", form, config, placement), vocabulary(form), feeder, config, description
    )


def _open(kind: str, form: Path, config: ModelConfig, placement: Placement) -> Any:
    import ctranslate2

    threads = config.threads or cores()
    device, _, number = placement.device.partition(":")
    on_cpu = device == "cpu"
    devices = range(ctranslate2.get_cuda_device_count()) if device == "cuda" and not number else [int(number or 0)]
    inter = workers(threads) if on_cpu else 1
    try:
        return getattr(ctranslate2, kind)(
            str(form),
            device=device,
            device_index=0 if on_cpu else list(devices),
            compute_type=placement.dtype,
            inter_threads=inter,
            intra_threads=max(1, threads // inter) if on_cpu else 0,
        )
    except (RuntimeError, ValueError) as error:
        raise ModelError(
            f"{form}: CTranslate2 cannot load this ({error}); remove the folder, it is made anew"
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
    values: Mapping[str, object],
) -> ChatFeeder:
    """The feeder of a chat model: without transformers where prompt and tokenizer were kept by an earlier run."""
    kept = form / f"mt-prompt-{_key(config, values)}.json"
    conversation: Conversation
    if has_kept_tokenizer(form) and kept.is_file():
        found = json.loads(kept.read_text(encoding="utf-8"))
        conversation = FixedConversation(tuple(found["pieces"]), frozenset(found["closing"]))
        return ChatFeeder(KeptTokenizer(form), facts, config, decoding, conversation)
    tokenizer, _ = open_tokenizer(tokenizer_folder(folder))
    conversation = TemplatedConversation(tokenizer, config, values)
    if made := fixed(conversation):
        _write_aside(kept, json.dumps({"pieces": made.pieces, "closing": sorted(made.closing)}))
    return ChatFeeder(tokenizer, facts, config, decoding, conversation)


def _key(config: ModelConfig, values: Mapping[str, object]) -> str:
    """12 hex digits that change with all that decides how a text is asked for."""
    parts = config.model_dump(include={"prompt", "chat_template_options", "prefix", "source_code", "target_code"})
    return sha256(json.dumps([parts, dict(values)], sort_keys=True, default=str).encode()).hexdigest()[:12]


def _write_aside(path: Path, text: str) -> None:
    import os

    aside = path.with_name(f"{path.name}.partial-{os.getpid()}")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def _rounded(limit: int) -> int:
    """The limit raised to the next power of 2, from 32 on: few groups of rows, so that batches are full."""
    return max(32, 1 << (limit - 1).bit_length())


def _cut(written: Written, limit: int) -> Written:
    over = len(written.tokens) > limit
    return Written(written.tokens[:limit], None, written.longest) if over else written


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
