"""Tiny random models of the real classes, saved as ordinary folders: 8 to 16 wide, two layers, a few hundred tokens.

The usual `init_std=0.02` writes the same text for every input, so weights are drawn wide.
"""

from __future__ import annotations

import io
import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import sentencepiece
import torch
import transformers as hf
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

ARABIC = (
    "التقى الرئيس الصيني نظيره في بكين.",
    "قال الوزير إن التعاون بين البلدين يتقدم في مجال الاقتصاد والثقافة والسياحة.",
    "وأضاف أن الاتفاق الجديد سيبدأ غدا.",
    "مدينة كبيرة",
    "زار الوفد مصنعا للسيارات في الجنوب، وتحدث مع العمال عن الأجور والسلامة، ثم عاد إلى العاصمة في المساء.",
)
ENGLISH = (
    "The president met his counterpart in the capital.",
    "A large city",
    "The minister said that cooperation between the two countries makes progress in economy and culture.",
    "The new agreement starts tomorrow, he added.",
)
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% if thinking %}<think>\n{% endif %}{% endif %}"
)
_SIZES: dict[str, Any] = {
    "d_model": 16,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 32,
    "decoder_ffn_dim": 32,
    "init_std": 3.0,
    "dropout": 0.0,
}


@cache
def pieces(pad: bool = False) -> bytes:
    """A sentencepiece model of the lines above."""
    made = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([*ARABIC, *ENGLISH] * 5),
        model_writer=made,
        vocab_size=105,
        character_coverage=1.0,
        num_threads=1,
        minloglevel=2,
        **({"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1} if pad else {}),
    )
    return made.getvalue()


def _unigram(folder: Path, pad: bool) -> list[tuple[str, float]]:
    (folder / "spiece.model").write_bytes(pieces(pad))
    spm = sentencepiece.SentencePieceProcessor(model_file=str(folder / "spiece.model"))
    (folder / "spiece.model").unlink()
    return [(spm.id_to_piece(i), spm.get_score(i)) for i in range(len(spm))]


def _save(folder: Path, model: Any, tokenizer: Any, **generation: Any) -> Path:
    for name, value in generation.items():
        setattr(model.generation_config, name, value)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _sentencepiece_vocabulary(folder: Path, extra: tuple[str, ...]) -> dict[str, int]:
    """`vocab.json` beside source.spm and target.spm, as the Python tokenizers of Marian and M2M100 want it."""
    spm = pieces()
    for name in ("source.spm", "target.spm", "sentencepiece.bpe.model"):
        (folder / name).write_bytes(spm)
    processor = sentencepiece.SentencePieceProcessor(model_proto=spm)
    inside = [processor.id_to_piece(i) for i in range(3, len(processor))]
    special = ["</s>", "<unk>"] if "<pad>" in extra else ["<s>", "<pad>", "</s>", "<unk>"]
    vocabulary = {token: place for place, token in enumerate([*special, *inside, *extra])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    return vocabulary


def marian(folder: Path, pad_bias: float = 60.0) -> Path:
    """Marian with two target languages, padding last and a bad word, and a forced end, as the published ones have."""
    vocabulary = _sentencepiece_vocabulary(folder, (">>eng<<", ">>deu<<", "<pad>"))
    pad = len(vocabulary) - 1
    tokenizer = hf.MarianTokenizer(
        str(folder / "source.spm"), str(folder / "target.spm"), str(folder / "vocab.json"), model_max_length=512
    )
    config = hf.MarianConfig(
        vocab_size=len(vocabulary), pad_token_id=pad, eos_token_id=0, decoder_start_token_id=pad,
        max_position_embeddings=64, **_SIZES,
    )  # fmt: skip
    model = hf.MarianMTModel(config)
    model.final_logits_bias[0, pad] = pad_bias  # with 60 as likely as a word, were it allowed
    return _save(folder, model, tokenizer, bad_words_ids=[[pad]], forced_eos_token_id=0)


def _m2m100_model(size: int) -> Any:
    config = hf.M2M100Config(vocab_size=size, max_position_embeddings=128, decoder_start_token_id=2, **_SIZES)
    return hf.M2M100ForConditionalGeneration(config)


def m2m100(folder: Path) -> Path:
    """M2M100 with its 100 language codes."""
    vocabulary = _sentencepiece_vocabulary(folder, ())
    tokenizer = hf.M2M100Tokenizer(str(folder / "vocab.json"), str(folder / "sentencepiece.bpe.model"))
    return _save(folder, _m2m100_model(len(vocabulary) + 108), tokenizer)


def nllb(folder: Path) -> Path:
    """NLLB: the model class of M2M100, codes such as `arb_Arab`."""
    letters = sorted({letter for line in (*ARABIC, *ENGLISH) for letter in line if letter != " "})
    tokens = ["<s>", "<pad>", "</s>", "<unk>", "▁", *letters]
    tokenizer = hf.NllbTokenizer(vocab={token: place for place, token in enumerate(tokens)}, merges=[])
    return _save(folder, _m2m100_model(len(tokenizer)), tokenizer)


def mbart50(folder: Path) -> Path:
    """mBART-50 with its language codes."""
    tokenizer = hf.MBart50Tokenizer(vocab=_unigram(folder, False), src_lang="ar_AR", tgt_lang="en_XX")
    config = hf.MBartConfig(
        vocab_size=len(tokenizer),
        max_position_embeddings=128,
        decoder_start_token_id=2,
        forced_eos_token_id=2,
        **_SIZES,
    )
    return _save(folder, hf.MBartForConditionalGeneration(config), tokenizer)


def t5(folder: Path) -> Path:
    """T5 with MADLAD's markers of the target language."""
    vocabulary = [*_unigram(folder, True), ("<2en>", 0.0), ("<2de>", 0.0)]
    tokenizer = hf.T5Tokenizer(vocab=vocabulary, extra_ids=2)
    config = hf.T5Config(
        vocab_size=len(tokenizer), d_model=16, d_kv=8, d_ff=32, num_layers=2, num_heads=2, initializer_factor=6.0,
        dropout_rate=0.0, decoder_start_token_id=0, tie_word_embeddings=False,
    )  # fmt: skip
    return _save(folder, hf.T5ForConditionalGeneration(config), tokenizer)


def _bytes(special: tuple[str, ...], **names: str) -> Any:
    """Byte-level tokens, in which any text is spelled letter by letter."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: place for place, token in enumerate([*special, *letters])}
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    if "<s>" in special:
        backend.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
        )
    return hf.PreTrainedTokenizerFast(tokenizer_object=backend, model_max_length=1024, **names)


def bart(folder: Path, **generation: Any) -> Path:
    """BART with the search settings of bart-large-cnn in its folder, unless given."""
    tokenizer = _bytes(
        ("<s>", "<pad>", "</s>", "<unk>"), bos_token="<s>", pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    config = hf.BartConfig(
        vocab_size=len(tokenizer), max_position_embeddings=256, forced_eos_token_id=2, forced_bos_token_id=0, **_SIZES
    )
    cnn = {"min_length": 56, "max_length": 142, "length_penalty": 2.0, "num_beams": 4, "no_repeat_ngram_size": 3}
    return _save(
        folder,
        hf.BartForConditionalGeneration(config),
        tokenizer,
        **{**cnn, "forced_eos_token_id": 2, "forced_bos_token_id": 0, **generation},
    )


def pegasus(folder: Path) -> Path:
    """Pegasus, whose padding is token 0."""
    special = [("<pad>", 0.0), ("</s>", 0.0), ("<mask_1>", 0.0), ("<mask_2>", 0.0), ("<unk>", 0.0)]
    vocabulary = [*special, *_unigram(folder, True)[3:]]
    tokenizer = hf.PegasusTokenizer(vocab=vocabulary, offset=3)
    config = hf.PegasusConfig(
        vocab_size=len(tokenizer), max_position_embeddings=96, pad_token_id=0, eos_token_id=1, decoder_start_token_id=0,
        forced_eos_token_id=1, **_SIZES,
    )  # fmt: skip
    return _save(
        folder,
        hf.PegasusForConditionalGeneration(config),
        tokenizer,
        forced_eos_token_id=1,
        num_beams=8,
        length_penalty=0.6,
    )


def _chat(folder: Path, family: type, config_class: type, template: str | None, **extra: Any) -> Path:
    tokenizer = _bytes(
        ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"), eos_token="<|endoftext|>"
    )
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    tokenizer.add_tokens(["<think>", "</think>"])
    tokenizer.chat_template = template
    config = config_class(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, max_position_embeddings=512, initializer_range=1.0, bos_token_id=None, eos_token_id=0,
        tie_word_embeddings=False, **extra,
    )  # fmt: skip
    return _save(folder, family(config), tokenizer, repetition_penalty=1.3, temperature=None, top_k=None)


def llama(folder: Path, template: str | None = CHATML) -> Path:
    """A chat model without a padding token."""
    return _chat(folder, hf.LlamaForCausalLM, hf.LlamaConfig, template)


def qwen3(folder: Path, template: str | None = CHATML) -> Path:
    """A chat model that may think."""
    return _chat(folder, hf.Qwen3ForCausalLM, hf.Qwen3Config, template, head_dim=8)


FAMILIES = {made.__name__: made for made in (marian, m2m100, nllb, mbart50, t5, bart, pegasus, llama, qwen3)}


SETTINGS: dict[str, dict[str, Any]] = {
    "marian": {"prefix": ">>eng<< "},
    "m2m100": {"source_code": "ar", "target_code": "en"},
    "nllb": {"source_code": "arb_Arab", "target_code": "eng_Latn"},
    "mbart50": {"source_code": "ar_AR", "target_code": "en_XX"},
    "t5": {"prefix": "<2en> "},
    "bart": {},
    "pegasus": {},
}
"""What the configuration of each seq2seq family must say."""


def make(name: str, folder: Path, seed: int = 1, **settings: Any) -> Path:
    """The folder of a tiny model of this family, made anew and the same for the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    hf.utils.logging.disable_progress_bar()
    with torch.random.fork_rng(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses", category=UserWarning)
        torch.manual_seed(seed)
        return FAMILIES[name](folder, **settings)
