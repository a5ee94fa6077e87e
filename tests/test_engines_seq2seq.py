from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiny
import torch
from transformers import AutoModelForSeq2SeqLM

from mt.config import Decoding, ModelConfig
from mt.engines.feeding import output_limit
from mt.engines.languages import nearest
from mt.engines.loading import load_generator
from mt.engines.search import identity, processors
from mt.errors import ConfigError, ModelError
from mt.records import Generated

torch.set_num_threads(1)

SETTINGS = tiny.SETTINGS
LENGTHS = {"marian": 62, "m2m100": 126, "nllb": 126, "mbart50": 126, "t5": 509, "bart": 254, "pegasus": 95}
GREEDY = Decoding(max_new_tokens=12)
BEAMS = Decoding(max_new_tokens=12, num_beams=3)
TEXTS = [tiny.ARABIC[0], tiny.ARABIC[3], tiny.ARABIC[2], tiny.ARABIC[1][:40], "مدينة", tiny.ARABIC[0][::-1]]


def load(path: Path, name: str = "bart", **changes: Any) -> Any:
    return load_generator(path, ModelConfig(**{"source": str(path), **SETTINGS[name], **changes}), GREEDY)


def close(first: list[Generated], second: list[Generated]) -> bool:
    return [a.text for a in first] == [b.text for b in second] and all(
        a.score == pytest.approx(b.score, abs=1e-4) and a.output_tokens == b.output_tokens and a.finished == b.finished
        for a, b in zip(first, second, strict=True)
    )


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize(
    "decoding",
    [
        GREEDY,
        BEAMS,
        Decoding(max_new_tokens=60, max_new_tokens_per_input_token=0.3),
        Decoding(max_new_tokens=60, max_new_tokens_per_input_token=0.3, num_beams=3, repetition_penalty=1.2),
        Decoding(max_new_tokens=12, do_sample=True, temperature=1.5, top_p=0.9, seed=3),
    ],
    ids=["greedy", "beams", "own limits", "own limits, beams", "sampling"],
)
def test_outputs_depend_on_their_text_alone(
    folder: Callable[[str], Path], name: str, decoding: Decoding, library_log: pytest.LogCaptureFixture
) -> None:
    one = load(folder(name), name, batch_tokens=1).generate(TEXTS, decoding)
    assert len({output.text for output in one} | {str(output.score) for output in one}) > len(TEXTS), (
        "too alike to tell"
    )
    many = load(folder(name), name, batch_tokens=10_000)
    assert close(one, many.generate(TEXTS, decoding))
    assert close(one[::-1], many.generate(TEXTS[::-1], decoding))
    assert not library_log.records


class Naive:
    """Reads one text at a time, without cache, mask or batch, in double precision."""

    def __init__(self, name: str, path: Path) -> None:
        self.tokenizer = load(path, name).feeder.tokenizer
        self.model = AutoModelForSeq2SeqLM.from_pretrained(path, dtype=torch.float64).eval()
        self.prefix = SETTINGS[name].get("prefix", "")
        target = {"m2m100": "__en__", "nllb": "eng_Latn", "mbart50": "en_XX", "bart": "<s>"}.get(name)
        self.opening = [self.model.config.decoder_start_token_id]
        self.opening += [self.tokenizer.convert_tokens_to_ids(target)] if target else []
        self.never = [self.model.config.pad_token_id] if name == "marian" else []
        self.end = self.model.config.eos_token_id

    def source(self, text: str) -> torch.Tensor:
        return torch.tensor([self.tokenizer(self.prefix + text)["input_ids"]])

    def scores(self, text: str, ids: list[int]) -> torch.Tensor:
        logits = self.model(input_ids=self.source(text), decoder_input_ids=torch.tensor([ids])).logits[0]
        logits[:, self.never] = -torch.inf
        return logits.log_softmax(-1)

    def greedy(self, text: str) -> list[int]:
        ids = list(self.opening)
        while len(ids) < len(self.opening) + GREEDY.max_new_tokens and ids[len(self.opening) :][-1:] != [self.end]:
            ids.append(int(self.scores(text, ids)[-1].argmax()))
        return ids[len(self.opening) :]

    def beams(self, text: str) -> list[int]:
        ids = self.model.generate(
            self.source(text), decoder_input_ids=torch.tensor([self.opening]), num_beams=3, max_new_tokens=12,
            early_stopping=False, length_penalty=1.0, no_repeat_ngram_size=0, max_length=None, min_length=None,
            forced_eos_token_id=None,
        )[0].tolist()  # fmt: skip
        return ids[len(self.opening) :]

    def expected(self, text: str, output: list[int]) -> tuple[str, int, float]:
        ids = [*self.opening, *output]
        steps = self.scores(text, ids[:-1])[len(self.opening) - 1 :]
        written = [token for token in output if token != self.end]
        decoded = self.tokenizer.decode(written, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        score = sum(float(step[token]) for step, token in zip(steps, output, strict=True)) / len(output)
        return decoded.strip(), len(output), score


@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses:UserWarning")
@pytest.mark.parametrize("decoding", [GREEDY, BEAMS], ids=["greedy", "beams"])
@pytest.mark.parametrize("name", SETTINGS)
def test_outputs_and_scores_agree_with_a_naive_search(
    folder: Callable[[str], Path], name: str, decoding: Decoding
) -> None:
    oracle = Naive(name, folder(name))
    with torch.no_grad():
        search = oracle.greedy if decoding is GREEDY else oracle.beams
        expected = [oracle.expected(text, search(text)) for text in TEXTS]
    found = load(folder(name), name).generate(TEXTS, decoding)
    assert [(o.text, o.output_tokens) for o in found] == [(text, tokens) for text, tokens, _ in expected]
    assert [o.score for o in found] == pytest.approx(
        [score for _, _, score in expected], abs=5e-4
    )  # float32 and float64


@pytest.mark.parametrize("name", SETTINGS)
def test_too_long_a_text_is_refused_and_the_longest_is_not(folder: Callable[[str], Path], name: str) -> None:
    generator = load(folder(name), name)
    limit = generator.max_input_tokens
    assert limit == LENGTHS[name]
    text = "مدينة "
    while generator.count_tokens(text) <= limit:
        longest, text = text, text + "م "
    assert generator.count_tokens(longest) >= limit - 2
    assert generator.generate([longest], Decoding(max_new_tokens=2))[0].output_tokens
    with pytest.raises(ModelError, match=rf"text of {generator.count_tokens(text)} tokens .*\({limit}\)"):
        generator.generate([longest, text], GREEDY)


def test_the_limit_may_be_lowered_and_not_raised(folder: Callable[[str], Path]) -> None:
    assert load(folder("bart"), max_input_tokens=20).max_input_tokens == 20
    assert load(folder("bart"), max_input_tokens=256).max_input_tokens == 254
    with pytest.raises(ConfigError, match="max_input_tokens: found 257, but this model has 256 positions"):
        load(folder("bart"), max_input_tokens=257)
    assert load(folder("t5"), "t5", max_input_tokens=2000).max_input_tokens == 2000  # relative positions


@pytest.mark.parametrize("name", ["bart", "marian"])
def test_counting_a_very_long_text_is_silent(
    folder: Callable[[str], Path], name: str, library_log: pytest.LogCaptureFixture
) -> None:
    assert load(folder(name), name).count_tokens("مدينة " * 1000) > 1000
    assert not library_log.records


@pytest.mark.parametrize("empty", ["", "  ", "\n\t"])
def test_an_empty_text_is_not_shown_to_the_model(folder: Callable[[str], Path], empty: str) -> None:
    outputs = load(folder("marian"), "marian").generate([empty, TEXTS[0]], GREEDY)
    assert outputs[0] == Generated("", None, 0, 0, True)
    assert outputs[1].output_tokens
    assert load(folder("marian"), "marian").generate([], GREEDY) == []


@pytest.mark.parametrize(
    "name, changes, message",
    [
        (
            "nllb",
            {"target_code": "en"},
            r"unknown target_code 'en'; did you mean eng_Latn\?; this model knows 202 codes",
        ),
        ("nllb", {"source_code": "ar"}, r"unknown source_code 'ar'; did you mean arb_Arab\?"),
        ("nllb", {"target_code": "eng_latn"}, r"did you mean eng_Latn\?"),
        ("nllb", {"source_code": "xx", "target_code": "yy"}, r"source_code 'xx'[^$]*\nunknown target_code 'yy'"),
        ("m2m100", {"source_code": "arb_Arab"}, r"did you mean ar\?"),
        ("mbart50", {"source_code": "ar"}, r"did you mean ar_AR\?"),
        ("mbart50", {"target_code": None}, "target_code: missing"),
        ("bart", {"target_code": "en"}, "target_code: models of type bart have no language codes"),
        ("marian", {"prefix": ">>ara<< x"}, r"prefix: unknown language '>>ara<<'.*>>deu<<, >>eng<<"),
        ("t5", {"prefix": "<2eng> "}, r"did you mean <2en>"),
        ("bart", {"prefix": "<2en> "}, "has no such markers"),
        ("bart", {"kind": "chat", "prompt": {"user": "{text}"}}, "kind: found chat, but .* type bart; use seq2seq"),
    ],
)
def test_settings_that_do_not_fit_the_model(
    folder: Callable[[str], Path], name: str, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        load(folder(name), name, **changes)


def test_nearest_codes() -> None:
    assert nearest("fra_latn", ["fra_Latn", "eng_Latn"]) == ["fra_Latn"]
    assert nearest("de", ["deu_Latn", "eng_Latn"]) == ["deu_Latn"]
    assert nearest("qq", ["deu_Latn"]) == []


@pytest.mark.parametrize(
    "name, first, second",
    [
        ("marian", {"prefix": ">>eng<< "}, {"prefix": ">>deu<< "}),
        ("t5", {"prefix": "<2en> "}, {"prefix": "<2de> "}),
        ("bart", {"prefix": ""}, {"prefix": "translate: "}),
        ("nllb", {"target_code": "eng_Latn"}, {"target_code": "fra_Latn"}),
        ("nllb", {"source_code": "arb_Arab"}, {"source_code": "fra_Latn"}),
        ("m2m100", {"target_code": "en"}, {"target_code": "fr"}),
        ("m2m100", {"source_code": "ar"}, {"source_code": "__fr__"}),
        ("mbart50", {"target_code": "en_XX"}, {"target_code": "fr_XX"}),
        ("mbart50", {"source_code": "ar_AR"}, {"source_code": "fr_XX"}),
    ],
)
def test_prefix_and_codes_reach_the_model(
    folder: Callable[[str], Path], name: str, first: dict[str, str], second: dict[str, str]
) -> None:
    outputs = [load(folder(name), name, **given).generate(TEXTS, GREEDY) for given in (first, second)]
    assert [o.score for o in outputs[0]] != pytest.approx([o.score for o in outputs[1]], abs=1e-3)
    assert [o.input_tokens for o in outputs[0]] == [o.input_tokens for o in outputs[1]]


def test_control_tokens_in_a_text_are_broken_up(folder: Callable[[str], Path]) -> None:
    for name, text in (("bart", "a</s><s>b"), ("nllb", "fra_Latn</s>"), ("marian", "</s>مدينة</s>"), ("t5", "</s>a")):
        generator = load(folder(name), name)
        plain = generator.feeder.encode(generator.feeder.plain(text))
        harmless = generator.feeder.encode(generator.feeder.plain("م"))
        special = set(generator.feeder.tokenizer.all_special_ids) - {generator.feeder.tokenizer.unk_token_id}
        assert [i for i in plain if i in special] == [i for i in harmless if i in special], name
    assert load(folder("bart")).feeder.plain("no < / s> change") == "no < / s> change"


def test_a_leading_quotation_mark_is_no_language_for_marian(folder: Callable[[str], Path]) -> None:
    generator = load(folder("marian"), "marian", prefix="")
    assert len(generator.feeder.encode(">>مدينة كبيرة<<")) > 6


@pytest.mark.parametrize("decoding", [GREEDY, BEAMS], ids=["greedy", "beams"])
@pytest.mark.parametrize("name", ["bart", "marian", "pegasus", "mbart50"])
def test_an_output_cut_at_the_limit_is_unfinished(folder: Callable[[str], Path], name: str, decoding: Decoding) -> None:
    few = decoding.model_copy(update={"max_new_tokens": 3, "min_new_tokens": 2})
    outputs = load(folder(name), name).generate(TEXTS, few)
    assert {o.output_tokens for o in outputs} == {3}
    assert not all(o.finished for o in outputs)


def ending(generator: Any) -> None:
    """Make the model say end-of-sequence whenever it may."""
    head = generator._model
    head.final_logits_bias = head.final_logits_bias.clone()
    head.final_logits_bias[0, 2] = 1e4


@pytest.mark.parametrize("decoding", [GREEDY, BEAMS], ids=["greedy", "beams"])
def test_a_model_that_ends_is_finished(folder: Callable[[str], Path], decoding: Decoding) -> None:
    generator = load(folder("bart"))
    ending(generator)
    for output in generator.generate(TEXTS, decoding):
        assert (output.text, output.finished, output.output_tokens) == ("", True, 1)
        assert output.score == pytest.approx(0, abs=1e-3)
    for output in generator.generate(TEXTS, decoding.model_copy(update={"min_new_tokens": 4})):
        assert (output.finished, output.output_tokens) == (True, 5)


def test_search_settings_of_the_folder_do_not_leak(folder: Callable[[str], Path]) -> None:
    """The folder says min_length 56, max_length 142, num_beams 4, no_repeat_ngram_size 3, as bart-large-cnn does."""
    generator = load(folder("bart"))
    assert {o.output_tokens for o in generator.generate(TEXTS, Decoding(max_new_tokens=150))} == {150}
    own = generator._model.generation_config
    assert own.to_diff_dict().keys().isdisjoint({"min_length", "max_length", "num_beams", "forced_eos_token_id"})
    assert identity(own).eos_token_id == [2]


def test_ngrams_are_not_repeated(folder: Callable[[str], Path]) -> None:
    long = Decoding(max_new_tokens=40, min_new_tokens=39)
    for num_beams in (1, 3):
        free, bound = (
            load(folder("bart")).generate(
                TEXTS, long.model_copy(update={"no_repeat_ngram_size": size, "num_beams": num_beams})
            )
            for size in (0, 1)
        )
        assert any(len(set(o.text)) < 10 for o in free)
        assert all(len(set(o.text.replace("\ufffd", ""))) == len(o.text.replace("\ufffd", "")) for o in bound)


@pytest.mark.parametrize(
    "ids, expected",
    [
        ([5, 6, 7], [-1.0] * 9),
        ([5, 6, 7, 8], [-1.0] * 8 + [-torch.inf]),
        ([5, 6, 7, 5], [-1.0] * 5 + [-torch.inf] + [-1.0] * 3),
    ],
)
def test_penalties_see_the_output_only(ids: list[int], expected: list[float]) -> None:
    """Otherwise a chat model could copy no name or number of its prompt."""
    bound = processors(Decoding(no_repeat_ngram_size=1), 3, ["a"])
    assert bound(torch.tensor([ids]), torch.full((1, 9), -1.0))[0].tolist() == expected
    dear = processors(Decoding(repetition_penalty=2.0), 3, ["a"])
    found = dear(torch.tensor([ids]), torch.full((1, 9), -1.0))[0].tolist()
    assert found == [-2.0 if score == -torch.inf else score for score in expected]


def test_sampling_follows_the_seed(folder: Callable[[str], Path]) -> None:
    generator = load(folder("bart"))
    drawn = [
        [
            o.text
            for o in generator.generate(TEXTS, Decoding(max_new_tokens=12, do_sample=True, temperature=3.0, seed=seed))
        ]
        for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize(
    "decoding, tokens, room, expected",
    [
        (Decoding(max_new_tokens=50), 3, None, 50),
        (Decoding(max_new_tokens=50), 3, 20, 20),
        (Decoding(max_new_tokens=50, max_new_tokens_per_input_token=1.5), 3, None, 21),
        (Decoding(max_new_tokens=50, max_new_tokens_per_input_token=1.5), 300, None, 50),
    ],
)
def test_output_limit(decoding: Decoding, tokens: int, room: int | None, expected: int) -> None:
    assert output_limit(decoding, tokens, room) == expected


def test_the_output_stays_within_the_decoders_positions(folder: Callable[[str], Path]) -> None:
    outputs = load(folder("marian"), "marian").generate(TEXTS[:1], Decoding(max_new_tokens=500, min_new_tokens=400))
    assert (outputs[0].output_tokens, outputs[0].finished) == (63, False)


@pytest.mark.parametrize("fits", [1, 2])
def test_a_batch_too_large_for_the_memory_is_halved(
    folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, fits: int
) -> None:
    generator = load(folder("bart"), batch_tokens=10_000)
    expected = generator.generate(TEXTS, GREEDY)
    whole, sizes = generator._batch, []

    def batch(rows: Any, decoding: Decoding) -> Any:
        sizes.append(len(rows))
        if len(rows) > fits:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return whole(rows, decoding)

    monkeypatch.setattr(generator, "_batch", batch)
    assert close(expected, generator.generate(TEXTS, GREEDY))
    assert sizes[:2] == [6, 3]


@pytest.mark.parametrize(
    "error, message",
    [
        (torch.cuda.OutOfMemoryError("full"), "out of CUDA memory with a single text of .* lower num_beams"),
        (IndexError("index out of range in self"), "the model failed on a batch of .* index out of range"),
        (RuntimeError("shapes differ"), "the model failed on a batch of .* shapes differ"),
    ],
)
def test_failures_of_the_model_are_told(
    folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    generator = load(folder("bart"))

    def fail(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(generator, "_batch", fail)
    with pytest.raises(ModelError, match=message) as caught:
        generator.generate(TEXTS, GREEDY)
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("decoding", [GREEDY, BEAMS], ids=["greedy", "beams"])
def test_a_model_that_computes_nan_fails(folder: Callable[[str], Path], decoding: Decoding) -> None:
    generator = load(folder("bart"))
    generator._model.final_logits_bias = generator._model.final_logits_bias * torch.nan
    with pytest.raises(ModelError, match=r"nan for a log-probability.*dtype: float32"):
        generator.generate(TEXTS, decoding)


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot load the model"):
        load(tmp_path)


def test_missing_weights_are_an_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from safetensors.torch import load_file, save_file

    path = tiny.make("bart", tmp_path / "bart")
    weights = load_file(path / "model.safetensors")
    del weights["model.encoder.layers.1.fc1.weight"]
    save_file(weights, path / "model.safetensors", metadata={"format": "pt"})
    caplog.set_level(logging.ERROR, logger="transformers")
    with pytest.raises(ModelError, match=r"1 weights are missing .*model.encoder.layers.1.fc1.weight"):
        load(path)


def test_description_names_engine_precision_and_family(folder: Callable[[str], Path]) -> None:
    assert load(folder("nllb"), "nllb").description == "transformers/float32/m2m_100 not-batch-invariant"
    assert load(folder("bart"), dtype="bfloat16").description == "transformers/bfloat16/bart not-batch-invariant"
