"""GGUF conversion, on a tiny quantized Llama that the test writes itself."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mt.engines.models.folders import check_folder
from mt.engines.models.gguf import _ends, convert

END = "<|im_end|>"
TEMPLATE = "{% for m in messages %}<|im_start|>{{ m['content'] }}<|im_end|>{% endfor %}"


def _vocabulary() -> list[str]:
    """Three special tokens, the 256 bytes in GPT-2's spelling, and one merged token."""
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    return ["<|endoftext|>", "<|im_start|>", END, *bytes_to_unicode().values(), "ab"]


def _write(path: Path) -> None:
    """A Llama of width 32 with two heads and one layer, its matrices in Q8_0 blocks."""
    import gguf

    tokens, width, wide = _vocabulary(), 32, 64
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Tiny")
    writer.add_context_length(128)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(wide)
    writer.add_head_count(2)
    writer.add_head_count_kv(1)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([3, 3, 3] + [1] * (len(tokens) - 3))
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_pad_token_id(2)
    writer.add_chat_template(TEMPLATE)
    random = np.random.default_rng(0)
    shapes = {"attn_q": (width, width), "attn_k": (16, width), "attn_v": (16, width), "attn_output": (width, width)}
    shapes |= {"ffn_gate": (wide, width), "ffn_up": (wide, width), "ffn_down": (width, wide)}
    matrices = {f"blk.0.{name}.weight": shape for name, shape in shapes.items()}
    for name, shape in ({"token_embd.weight": (len(tokens), width)} | matrices).items():
        blocks = gguf.quants.quantize(random.normal(size=shape).astype("f4"), gguf.GGMLQuantizationType.Q8_0)
        writer.add_tensor(name, blocks, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    for name in ("output_norm.weight", "blk.0.attn_norm.weight", "blk.0.ffn_norm.weight"):
        writer.add_tensor(name, np.ones(width, dtype="f4"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    _write(path)
    return path


@pytest.fixture(scope="module")
def converted(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("converted")
    convert(source, target)
    return target


def test_the_folder_is_an_ordinary_one(source: Path, converted: Path) -> None:
    check_folder(converted)
    config = json.loads((converted / "config.json").read_text())
    assert "gguf" not in json.dumps(config)
    assert "quantization_config" not in config
    assert (config["model_type"], config["dtype"]) == ("llama", "float32")
    assert str(source.parent) not in "".join(path.read_text() for path in converted.glob("*.json"))


def test_outputs_end_where_the_chat_template_ends_a_turn(converted: Path) -> None:
    from transformers import AutoTokenizer, GenerationConfig

    tokenizer = AutoTokenizer.from_pretrained(converted)
    assert tokenizer.convert_tokens_to_ids(END) == 2
    assert GenerationConfig.from_pretrained(converted).eos_token_id == 2
    assert tokenizer.chat_template == TEMPLATE
    assert tokenizer.model_max_length == 128


def test_no_trace_of_quantization_where_the_library_cannot_be_told(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mt.engines.models.gguf._dequantized", dict)
    convert(source, tmp_path)
    assert "gguf" not in (tmp_path / "config.json").read_text()


@pytest.mark.parametrize(
    "given, ends",
    [((2, 2), 2), ((2, 7), [2, 7]), (([2, 3], 3), [2, 3]), ((None, 5), 5)],
)
def test_every_token_that_ends_an_output_is_kept(given: tuple[Any, ...], ends: int | list[int]) -> None:
    assert _ends(*given) == ends


def test_tokens_are_those_of_the_gguf_file(source: Path, converted: Path) -> None:
    from transformers import AutoTokenizer

    before = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    after = AutoTokenizer.from_pretrained(converted)
    texts = ["ab abc  3.14 It's", "قال الرئيس: «نعم» ٣", "a\n\n b\r\n\t", f"<|im_start|>user\nab{END}\n", "😀—é", ""]
    for text in texts:
        assert after(text)["input_ids"] == before(text)["input_ids"], text
        assert after.decode(after(text)["input_ids"]) == before.decode(before(text)["input_ids"]), text
    assert after("ab")["input_ids"][-1] == len(_vocabulary()) - 1, "the merge must be kept"


def test_weights_and_greedy_output_are_those_of_the_gguf_file(source: Path, converted: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    before = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32).eval()
    after = AutoModelForCausalLM.from_pretrained(converted, dtype=torch.float32).eval()
    expected, found = before.state_dict(), after.state_dict()
    assert expected.keys() == found.keys()
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    for prompt in ([1, 40, 41, 42], [1, 90, 2, 7]):
        tokens = torch.tensor([prompt])
        options = {"attention_mask": torch.ones_like(tokens), "max_new_tokens": 20, "do_sample": False}
        assert torch.equal(before.generate(tokens, **options), after.generate(tokens, **options))


def test_progress_is_one_line_of_the_log(
    source: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "mt"):
        convert(source, tmp_path)
    assert [record.message for record in caplog.records if record.name.startswith("mt")] == [
        "converting tiny.gguf to safetensors, once; this takes half a minute to two minutes"
    ]
    assert capfd.readouterr() == ("", "")
