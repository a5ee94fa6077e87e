"""CTranslate2's own form of a model, made once from a Hugging Face folder and kept in the model cache."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mt.engines.models.apart import run_apart
from mt.engines.models.facts import FACTS, write_facts
from mt.engines.models.folders import RECORD, Record, fingerprint, sizes, small_files, whole, write_record
from mt.engines.models.once import make_once
from mt.errors import ModelError

if TYPE_CHECKING:
    from mt.engines.models.checkpoint import Checkpoint
    from mt.engines.models.gguf_file import GgufFile

FORMAT = 1
"""Goes up when what we write beside the weights changes."""
WEIGHTS = "model.bin"
HUGGING_FACE = "hugging-face"
"""Folder beside the form with configuration and tokenizer as transformers reads them, where the model has no other."""
_VOCABULARIES = ("shared_vocabulary.json", "vocabulary.json")
_log = logging.getLogger(__name__)

# Values of old configurations that CTranslate2's converter reads and transformers 5 no longer writes: whether layers
# are normalized before what they do, and embeddings at all (arXiv 1910.13461, 2001.08210, 1912.08777).
_NORMALIZES = {"bart": (False, True), "mbart": (True, True), "pegasus": (True, False)}


def converted(folder: Path, kind: str, dtype: str, cache: Path) -> Path:
    """The folder of a model in CTranslate2's form, converted when it is not there yet; several processes may ask.

    Its place holds what decides it: the model's name and weights, the precision, and the converter's version. Cheap
    when it is there: neither torch nor transformers is imported.
    A folder that holds that form already is given back.
    Raises `ModelError` when the model is of a type that CTranslate2 does not know, or cannot be loaded.
    """
    if is_form(folder):
        return folder
    revision = f"{fingerprint(folder)}-{dtype}-ct2-{version('ctranslate2')}-{FORMAT}"
    target = cache / "ctranslate2" / f"{folder.resolve().name}-{revision}"

    def make(partial: Path) -> None:
        _log.info("converting %s to CTranslate2 %s, once; this takes seconds to minutes", folder.name, dtype)
        run_apart(convert, folder, kind, dtype, partial)
        record = Record(folder.name, str(folder), revision, None)
        write_record(partial / RECORD, replace(record, files=sizes(partial)))

    make_once(target, lambda found: whole(found) is not None and (found / FACTS).is_file(), make)
    return target


def vocabulary(form: Path) -> tuple[str, ...]:
    """The tokens of a converted model: the place of each is its id. Raises `ModelError` when they cannot be read."""
    for name in _VOCABULARIES:
        if (form / name).is_file():
            try:
                return tuple(json.loads((form / name).read_text(encoding="utf-8")))
            except ValueError as error:
                raise ModelError(
                    f"{form / name}: damaged ({error}); remove the folder; it will be created again"
                ) from error
    raise ModelError(f"{form}: no vocabulary in it; remove the folder; it will be created again")


def is_form(folder: Path) -> bool:
    """Whether a folder holds a model in CTranslate2's form already, as `convert` and `stream` write it."""
    return (folder / WEIGHTS).is_file() and (folder / FACTS).is_file()


def tokenizer_folder(folder: Path) -> Path:
    """Where transformers finds a model's tokenizer and configuration."""
    own = folder / HUGGING_FACE
    return own if own.is_dir() else folder


def convert(folder: Path, kind: str, dtype: str, target: Path) -> None:
    """Write CTranslate2's form of a Hugging Face folder into `target`; the whole model is loaded in float32.

    Raises `ModelError` when the model is of a type that CTranslate2 does not know, or cannot be loaded.
    """
    from mt.engines.devices import Placement
    from mt.engines.models.checkpoint import open_checkpoint

    checkpoint = open_checkpoint(folder, kind, Placement("cpu", "float32"))
    model, model_type = checkpoint.model, checkpoint.facts.model_type
    if checkpoint.facts.starts_from_language:
        raise ModelError(f"{folder}: CTranslate2 cannot start this mBART from its language; use engine: transformers")
    if model_type in _NORMALIZES:
        before, embeddings = _NORMALIZES[model_type]
        model.config.normalize_before = getattr(model.config, "normalize_before", before)
        model.config.normalize_embedding = getattr(model.config, "normalize_embedding", embeddings)
    if hasattr(model.config, "scale_decoder_outputs"):
        # T5 1.1 and MADLAD tie nothing and scale nothing; transformers 5 calls every T5 tied, and the converter takes
        # that for a sign to scale: outputs stay, but scores and beams are those of a flatter distribution.
        model.config.tie_word_embeddings = model.config.scale_decoder_outputs
    with _refusals(folder, model_type):
        _converter(folder, checkpoint).convert(str(target), quantization=dtype, force=True)
    _complete(target, checkpoint)


def from_gguf(gguf: Path, dtype: str, target: Path, threads: int) -> None:
    """Write CTranslate2's form of a GGUF file into `target`: tensor by tensor where its family is known.

    Others go through a Hugging Face folder in float32. Raises `ModelError` when the file or the model cannot be read.
    """
    from mt.engines.models import gguf as whole_files

    if whole_files.can_stream(gguf) and dtype != "int16":  # which has one scale for a whole tensor
        stream(gguf, dtype, target, threads)
        return
    whole_model = target / "float32"
    whole_files.convert(gguf, whole_model)
    convert(whole_model, "chat", dtype, target)
    (target / HUGGING_FACE).mkdir()
    for path in small_files(whole_model):
        path.rename(target / HUGGING_FACE / path.name)
    shutil.rmtree(whole_model)


def stream(gguf: Path, dtype: str, target: Path, threads: int) -> None:
    """Write CTranslate2's form of a GGUF file into `target`, tensor by tensor; see `streaming` for which files can be.

    Configuration and tokenizer as transformers reads them stand in its folder `hugging-face`. Raises `ModelError` when
    CTranslate2 cannot convert the model.
    """
    from mt.engines.models import streaming
    from mt.engines.models.gguf_file import GgufFile

    with GgufFile(gguf) as file:
        checkpoint = write_small_files(file, target / HUGGING_FACE)
        with _refusals(gguf, checkpoint.facts.model_type):
            spec = _converter(target / HUGGING_FACE, checkpoint).specification()
            streaming.fill(spec, file, dtype, threads)
            spec.save(str(target))
    _complete(target, checkpoint)


def write_small_files(file: GgufFile, target: Path, dtype: str = "float32") -> Checkpoint:
    """Write configuration and tokenizer of a GGUF file as a Hugging Face folder has them; the model without weights."""
    import torch
    from transformers import AutoModelForCausalLM

    from mt.engines.devices import Placement
    from mt.engines.models import gguf, streaming
    from mt.engines.models.checkpoint import Checkpoint, facts_of
    from mt.engines.search import identity
    from mt.engines.tokenizing import open_tokenizer

    with gguf.quiet():
        config, tokenizer = streaming.configuration(file), streaming.tokenizer(file)
        config.dtype = getattr(torch, dtype)
        with torch.device("meta"):
            model = AutoModelForCausalLM.from_config(config)  # type: ignore[no-untyped-call]
        gguf.save_small_files(model, tokenizer, target)
        tokenizer, limit = open_tokenizer(target)  # as the engines open it
    model.generation_config = identity(model.generation_config)
    facts = facts_of(model, tokenizer, limit)
    return Checkpoint(model, tokenizer, Placement("cpu", "float32"), facts)


@contextmanager
def _refusals(source: Path, model_type: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, NotImplementedError, RuntimeError, AttributeError, KeyError, IndexError, TypeError) as error:
        raise ModelError(
            f"{source}: CTranslate2 cannot convert this model of type {model_type} "
            f"({type(error).__name__}: {error}); use engine: transformers"
        ) from error


def _converter(folder: Path, checkpoint: Checkpoint) -> Any:
    """CTranslate2's converter for a model that is open already."""
    from ctranslate2.converters import TransformersConverter

    model = checkpoint.model

    class Converter(TransformersConverter):  # type: ignore[misc]
        def load_model(self, model_class: Any, name: str, **options: Any) -> Any:
            return model

        def load_tokenizer(self, tokenizer_class: Any, name: str, **options: Any) -> Any:
            return _WholeVocabulary(checkpoint.tokenizer, model.get_input_embeddings().num_embeddings)

        def specification(self) -> Any:
            """The model's layers and settings, with the tensors of the open model."""
            return self._load()

    return Converter(str(folder))


def _complete(target: Path, checkpoint: Checkpoint) -> None:
    """Write what we keep beside CTranslate2's files."""
    from mt.engines.tokenizing import can_be_kept, keep_tokenizer

    _complete_configuration(target, checkpoint)
    tokens = set(vocabulary(target))
    forbidden = [i for i in checkpoint.facts.forbidden if checkpoint.tokenizer.convert_ids_to_tokens(i) in tokens]
    write_facts(target, replace(checkpoint.facts, forbidden=tuple(forbidden)))
    if can_be_kept(checkpoint.tokenizer):
        keep_tokenizer(checkpoint.tokenizer, target)


class _WholeVocabulary:
    """A tokenizer whose vocabulary has a token of its own for each row of the model's embeddings.

    The converter wants that; M2M100's languages are missing in what transformers 5 lists, and the rows that many models
    have beyond their tokenizer.
    """

    num_madeup_words = 0

    def __init__(self, tokenizer: Any, size: int) -> None:
        self._tokenizer = tokenizer
        self._size = size

    def get_vocab(self) -> dict[str, int]:
        vocabulary = {token: i for token, i in self._tokenizer.get_vocab().items() if i < self._size}
        for i in sorted(set(range(self._size)) - set(vocabulary.values())):
            token = self._tokenizer.convert_ids_to_tokens(i)
            vocabulary[token if token is not None and token not in vocabulary else f"<unused row {i}>"] = i
        return vocabulary

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)


def _complete_configuration(target: Path, checkpoint: Checkpoint) -> None:
    """Give CTranslate2's config.json what it needs.

    The converter takes the decoder's start from config.json, transformers from generation_config.json, which may
    differ; Marian's starts from zeros, whatever the token. A token that the model lacks is null there, which cannot be
    loaded.
    """
    path = target / "config.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    start = checkpoint.facts.start
    if "decoder_start_token" in values and start is not None and checkpoint.facts.model_type != "marian":
        values["decoder_start_token"] = checkpoint.tokenizer.convert_ids_to_tokens(start)
    for name in ("bos_token", "eos_token", "unk_token"):
        if values.get(name, "") is None:
            values[name] = checkpoint.tokenizer.convert_ids_to_tokens(min(checkpoint.facts.ends))
    path.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
