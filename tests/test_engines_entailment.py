"""The consistency model, on a tiny random classifier of the real class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
import transformers as hf
from pydantic import ValidationError
from tiny_folders import WORDS
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from mt import Pipeline
from mt.config import Config, ConsistencyConfig, ModelConfig, SummarizeConfig, load_config
from mt.engines.loading import load_entailment
from mt.errors import ConfigError, ModelError
from mt.records import Article
from mt.signatures import Resolved, signatures

torch.set_num_threads(1)
NLI = {0: "CONTRADICTION", 1: "NEUTRAL", 2: "ENTAILMENT"}
PREMISES = ["w1 w2 w3 w4", "w5", "w6 w7 w8 w9 w10 w11 w12", "w1 w2 w3 w4"]
HYPOTHESES = ["w1 w2", "w40 w41 w42", "w6", "w30"]


def classifier(folder: Path, labels: dict[int, str] | None = None, positions: int = 40) -> Path:
    """A random RoBERTa, wide enough drawn that its scores differ with the input."""
    names = NLI if labels is None else labels
    words = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="<unk>"))
    words.pre_tokenizer = Whitespace()
    words.post_processor = TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    special = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    hf.PreTrainedTokenizerFast(tokenizer_object=words, **special).save_pretrained(folder)
    config = hf.RobertaConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=positions, type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        initializer_range=1.0, num_labels=len(names), id2label=names, label2id={n: i for i, n in names.items()},
    )  # fmt: skip
    torch.manual_seed(0)
    hf.RobertaForSequenceClassification(config).save_pretrained(folder)
    return folder


def settings(folder: Path, **changes: Any) -> ConsistencyConfig:
    model = {"source": str(folder), "kind": "classifier", "license": "MIT", "device": "cpu"}
    own = {key: changes.pop(key) for key in ("label", "min_score") if key in changes}
    return ConsistencyConfig(model=ModelConfig(**{**model, **changes}), **own)


def test_scores_are_the_models_own_whatever_the_batching(tmp_path: Path) -> None:
    folder = classifier(tmp_path)
    model = hf.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = hf.AutoTokenizer.from_pretrained(folder)
    wanted = []
    for pair in zip(PREMISES, HYPOTHESES, strict=True):
        with torch.inference_mode():
            wanted.append(model(**tokenizer(*pair, return_tensors="pt")).logits.softmax(-1)[0, 2].item())
    assert max(wanted) > 2 * min(wanted), "too alike to tell"
    for batch_tokens in (1, 20, 1000):
        found = load_entailment(folder, settings(folder, batch_tokens=batch_tokens)).score(PREMISES, HYPOTHESES)
        assert found == pytest.approx(wanted, rel=1e-3)
    assert load_entailment(folder, settings(folder)).score([], []) == []


def test_a_long_premise_is_cut_and_the_hypothesis_is_whole(tmp_path: Path) -> None:
    folder = classifier(tmp_path)
    model = load_entailment(folder, settings(folder))
    long = " ".join(f"w{i % 50}" for i in range(200))
    kept = " ".join(long.split()[: 38 - 4 - 2])
    [cut, whole, other, turned] = model.score([long, kept, long, "w1"], ["w1 w2", "w1 w2", "w3 w2", long])
    assert cut == pytest.approx(whole, rel=1e-3)
    assert other != pytest.approx(cut, rel=1e-2)
    assert 0 < turned < 1, "a hypothesis over the limit is no error"


@pytest.mark.parametrize(
    "labels, label, index",
    [
        (NLI, None, 2),
        (NLI, "neutral", 1),
        ({0: "entailment", 1: "not_entailment"}, None, 0),
        ({0: "LABEL_0", 1: "LABEL_1"}, "LABEL_1", 1),
    ],
)
def test_the_label_that_means_that_a_text_follows(
    tmp_path: Path, labels: dict[int, str], label: Any, index: int
) -> None:
    folder = classifier(tmp_path, labels)
    scores = load_entailment(folder, settings(folder, label=label)).score(PREMISES, HYPOTHESES)
    all_scores = [
        load_entailment(folder, settings(folder, label=name)).score(PREMISES, HYPOTHESES) for name in labels.values()
    ]
    assert scores == all_scores[index]
    assert [sum(column) for column in zip(*all_scores, strict=True)] == pytest.approx([1.0] * 4)


def test_a_single_output_is_a_probability(tmp_path: Path) -> None:
    folder = classifier(tmp_path, {0: "LABEL_0"})
    scores = load_entailment(folder, settings(folder)).score(PREMISES, HYPOTHESES)
    assert all(0 < score < 1 for score in scores)
    assert len(set(scores)) == 4


@pytest.mark.parametrize("label", [None, "yes"])
def test_labels_that_do_not_tell_are_refused_with_their_names(tmp_path: Path, label: str | None) -> None:
    folder = classifier(tmp_path, {0: "LABEL_0", 1: "LABEL_1"})
    with pytest.raises(ConfigError, match=r"consistency\.label: found .*label_0, label_1"):
        load_entailment(folder, settings(folder, label=label))


def test_a_folder_that_is_no_classifier_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot load the consistency model"):
        load_entailment(tmp_path, settings(tmp_path))
    folder = classifier(tmp_path / "pickled")
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="cannot load the consistency model"):
        load_entailment(folder, settings(folder))


@pytest.mark.parametrize(
    "changes, fault",
    [
        ({"kind": "seq2seq"}, "found seq2seq, expected classifier"),
        ({"engine": "ctranslate2"}, "a classifier runs with engine: transformers only"),
        ({"prompt": {"user": "{text}"}}, "only a chat model takes a prompt; kind is classifier"),
    ],
)
def test_wrong_settings_are_named(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        settings(Path("a/b"), **changes)


def test_a_classifier_is_no_model_of_a_stage() -> None:
    with pytest.raises(ValidationError, match=r"use it as summarize\.consistency\.model"):
        SummarizeConfig(model=ModelConfig(source="a/b", kind="classifier"))


def test_its_licence_counts() -> None:
    with pytest.raises(ValidationError, match=r"summarize\.consistency\.model: the weights of a/b"):
        Config(summarize=SummarizeConfig(consistency=settings(Path("a/b"), license="CC-BY-NC-4.0")))


def test_it_is_configured_and_in_the_signature_and_judges_a_summary(tmp_path: Path, monkeypatch: Any) -> None:
    from fakes import FakeGenerator

    folder = classifier(tmp_path)
    changes = [f"summarize.consistency={{model: {{source: {folder}, kind: classifier}}, min_score: 1.0}}"]
    config = load_config("embedded-small", ["offline=true", *changes])
    monkeypatch.setattr("mt.engines.loading.load_generator", lambda *a: FakeGenerator(lambda text: "It ended.", 400))
    text = " ".join(f"Number {i} tells us of many other things and ends with a word." for i in range(9))
    pipeline = Pipeline.from_config(config, translate=False)
    summary = pipeline(Article("a", text)).summary
    assert [[flag.name for flag in s.flags] for s in summary.dropped] == [["inconsistent"]]
    assert f"consistency: {folder.name}@" in pipeline.signature
    signed = signatures(Resolved(config)).summarize
    assert "min_score=1.0" in signed
    assert "transformers=" in signed
