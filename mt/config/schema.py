"""Everything that can be set, with its default and the rules that join it to other settings.

Every value has one place and one meaning, and an unknown key is a fault. The defaults are the same as
`configs/embedded.yaml` (a test holds them together).
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, TypeAlias, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from mt.records import ReportFormat
from mt.sources import PypiSource, parse_source

SUMMARIZER = "recipe:qwen2.5-coder-1.5b"
PLACEHOLDERS = ("text", "target_words", "sentences", "bullets")
"""What may stand in braces in a prompt: the text, and the numbers of words, sentences and points that are asked for."""
READY_HINTS = ("ar-en",)
READY_GLOSSARIES = ("countries", "demonyms", "capitals", "organisations", "agencies", "months", "leaders")
SUMMARY_SYSTEM = "You are a news editor. You write short summaries that use only facts from the article."
SUMMARY_PROMPT = (
    "{text}\n\nSummarize this news in {sentences} sentences, about {target_words} words in all. Begin with the main "
    "news: say who did what, where and when. Copy names and numbers exactly. Do not mention the article."
)
BULLETS_PROMPT = (
    "{text}\n\nList the {bullets} most important facts of this news, the main news first, each on a line of its own "
    'that begins with "- ": one short sentence that says who did what. Copy names and numbers exactly.'
)
HEADLINE_PROMPT = (
    "{text}\n\nWrite one headline of at most 12 words for this news: who did what. Copy names exactly. "
    "Answer with the headline only."
)
REWRITE_PROMPT = (
    "{text}\n\nSay the above in one sentence of at most {target_words} words: who did what. Copy names and numbers "
    "exactly. Answer with the sentence only."
)


def _check_device(device: str) -> str:
    if not re.fullmatch(r"auto|cpu|mps|cuda(:\d+)?", device):
        raise ValueError(f"found {device!r}, expected auto, cpu, cuda, cuda:<number> or mps")
    return device


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def _check_placeholders(template: str) -> str:
    """Only known placeholders may stand in a prompt, and braces must be balanced."""
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise ValueError(f"{error}; write {{{{ or }}}} for a literal brace") from None
    if unknown := sorted(set(names) - set(PLACEHOLDERS)):
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValueError(f"unknown placeholder {{{unknown[0]}}}; known: {known}")
    return template


def _check_user_message(template: str) -> str:
    if "{text}" not in _check_placeholders(template):
        raise ValueError("the prompt must hold {text} where the text goes")
    return template


def _check_source(source: str) -> str:
    parse_source(source)
    return source


class Prompt(_Strict):
    """The messages to a chat model. `user` must hold `{text}`, which for a summary is the title and the article;
    `{target_words}`, `{sentences}` and `{bullets}` are the lengths asked for, in prompts of summaries only."""

    system: Annotated[str, AfterValidator(_check_placeholders)] = ""
    user: Annotated[str, AfterValidator(_check_placeholders)]

    @model_validator(mode="after")
    def _text_is_in(self) -> Self:
        if "{text}" not in self.user:
            raise ValueError("user: the prompt must hold {text} where the text goes")
        return self


class ModelConfig(_Strict):
    """Which model, and how it is loaded and fed."""

    source: Annotated[str, AfterValidator(_check_source)]
    revision: str | None = None
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    license: str | None = None
    noncommercial: bool = False
    kind: Literal["seq2seq", "chat", "classifier"] = "seq2seq"
    """`classifier`: a model of `summarize.consistency`; it writes nothing."""
    engine: Literal["transformers", "ctranslate2"] = "transformers"
    device: Annotated[str, AfterValidator(_check_device)] = "auto"
    dtype: Literal[
        "auto", "float32", "bfloat16", "float16", "int16", "int8", "int8_float32", "int8_float16", "int8_bfloat16"
    ] = "auto"
    threads: int | None = Field(default=None, ge=1)
    """CPU threads of this model; None: as many as this process may use."""
    prefix: str = ""
    source_code: str | None = None
    target_code: str | None = None
    prompt: Prompt | None = None
    chat_template_options: dict[str, bool | int | str] = {}
    max_input_tokens: int | None = Field(default=None, ge=8)
    batch_tokens: int = Field(default=2048, ge=1)
    prompt_multiple: int | None = Field(default=None, ge=2)
    """Prompts are filled up to a multiple of so many tokens, so that more of them have one length and share a batch."""

    @model_validator(mode="after")
    def _fields_fit_kind(self) -> Self:
        if self.kind == "chat" and self.prompt is None:
            raise ValueError("kind: a chat model needs a prompt")
        if self.kind != "chat" and self.prompt is not None:
            raise ValueError(f"prompt: only a chat model takes a prompt; kind is {self.kind}")
        if self.kind == "chat" and (self.prefix or self.source_code or self.target_code):
            raise ValueError("kind: prefix, source_code and target_code are for seq2seq models; put them in the prompt")
        if self.prompt_multiple and (self.kind != "chat" or self.engine != "ctranslate2"):
            raise ValueError("prompt_multiple: only a chat model with engine: ctranslate2 has prompts to fill up")
        if self.kind == "classifier" and self.engine != "transformers":
            raise ValueError("engine: a classifier runs with engine: transformers only")
        if self.engine == "transformers" and self.dtype.startswith("int"):
            raise ValueError(f"dtype: {self.dtype} is for engine: ctranslate2; transformers computes in floats")
        if self.engine == "ctranslate2" and self.device == "mps":
            raise ValueError("device: CTranslate2 has no MPS; use device: auto or cpu, or engine: transformers")
        if isinstance(parse_source(self.source), PypiSource) and self.sha256 is None:
            raise ValueError("sha256: a pypi source needs the sha256 of the file inside the wheel")
        if self.source.startswith(("pypi:", "embedded:", "recipe:")) and self.revision is not None:
            raise ValueError("revision: only Hub models have revisions")
        return self


PRESETS: Mapping[str, Mapping[str, Any]] = {
    "fast": {"num_beams": 1},
    "balanced": {"num_beams": 2},
    "best": {"num_beams": 5},
}
"""Ways of searching by name. Speed and quality as measured: docs/PERFORMANCE.md."""


class Decoding(_Strict):
    """How output is searched for. Lengths are in tokens of the model.

    `preset` stands for some of the other settings; those that are written out beside it win. It is expanded when the
    configuration is read, so that a signature holds what it stands for.
    """

    preset: Literal["fast", "balanced", "best"] | None = None
    num_beams: int = Field(default=1, ge=1, le=64)
    do_sample: bool = False
    temperature: float = Field(default=1.0, gt=0)
    top_p: float = Field(default=1.0, gt=0, le=1)
    seed: int = Field(default=0, ge=0)
    length_penalty: float = 1.0
    repetition_penalty: float = Field(default=1.0, gt=0)
    no_repeat_ngram_size: int = Field(default=0, ge=0)
    min_new_tokens: int = Field(default=0, ge=0)
    max_new_tokens: int = Field(default=256, ge=1)
    max_new_tokens_per_input_token: float | None = Field(default=None, gt=0)
    """When set, an output may have at most this times its input's tokens, plus 16, and never over `max_new_tokens`."""

    @model_validator(mode="before")
    @classmethod
    def _preset_is_expanded(cls, values: Any) -> Any:
        return without_preset(values) if isinstance(values, dict) else values

    @model_validator(mode="after")
    def _fields_fit_together(self) -> Self:
        if self.min_new_tokens >= self.max_new_tokens:
            raise ValueError("min_new_tokens: must be smaller than max_new_tokens")
        if self.do_sample and self.num_beams > 1:
            raise ValueError("do_sample: sampling needs num_beams: 1")
        if not self.do_sample and (self.temperature != 1.0 or self.top_p != 1.0):
            raise ValueError("temperature: temperature and top_p need do_sample: true")
        return self


def _check_stage(model: ModelConfig, decoding: Decoding) -> None:
    if model.kind == "classifier":
        raise ValueError("model.kind: a classifier writes no text; use it as summarize.consistency.model")
    if model.engine == "ctranslate2" and decoding.do_sample:
        raise ValueError(
            "do_sample: CTranslate2 draws samples that depend on the batch and cannot be drawn again; "
            "use engine: transformers to sample"
        )


def without_preset(values: Mapping[str, Any]) -> dict[str, Any]:
    """Decoding settings with the preset written out; an unknown one stays, for the schema to name it."""
    preset = values.get("preset")
    if not isinstance(preset, str) or preset not in PRESETS:
        return dict(values)
    return {**PRESETS[preset], **{key: value for key, value in values.items() if key != "preset"}}


def _check_encoding(encoding: str) -> str:
    """`auto`, or an encoding of text that Python knows (`base64` and the like are none)."""
    try:
        if encoding != "auto":
            "\n".encode(encoding)
    except (LookupError, ValueError):
        raise ValueError(f"found {encoding!r}, expected auto or an encoding such as utf-8, utf-16, cp1256") from None
    return encoding


class ArticlesConfig(_Strict):
    """How articles are read: which fields or columns make one, and how bytes become text. All others are metadata."""

    id_field: str = Field(default="id", min_length=1)
    title_field: str = Field(default="title", min_length=1)
    text_field: str = Field(default="text", min_length=1)
    encoding: Annotated[str, AfterValidator(_check_encoding)] = "auto"
    """`auto`: UTF-8, UTF-16 and UTF-32 by their byte order marks, Arabic in cp1256 and ISO-8859-6 by what it holds."""

    @model_validator(mode="after")
    def _fields_differ(self) -> Self:
        if len({self.id_field, self.title_field, self.text_field}) < 3:
            raise ValueError("id_field, title_field and text_field must be three different fields")
        return self


class SecondConfig(_Strict):
    """Another translation model, for what the first one cannot do."""

    model: ModelConfig
    decoding: Decoding = Decoding(num_beams=4, max_new_tokens_per_input_token=2.0)

    @model_validator(mode="after")
    def _engine_can_sample(self) -> Self:
        _check_stage(self.model, self.decoding)
        return self


def _switch(value: Any) -> Any:
    """YAML reads a bare on or off as a truth value."""
    return {True: "on", False: "off"}.get(value, value) if isinstance(value, bool) else value


class RepairConfig(_Strict):
    """What is done about a doubtful segment."""

    mode: Annotated[Literal["off", "report", "on"], BeforeValidator(_switch)] = "on"
    """`on`: other decodings, finer pieces and the second model are tried, and the best English is kept; `report`: they
    are tried and recorded, and the first is kept; `off`: one try."""
    second: SecondConfig | None = None


class TranslateConfig(_Strict):
    """The first stage: Arabic segments into English."""

    model: ModelConfig = ModelConfig(
        source="embedded:ar-en", license="Apache-2.0", engine="ctranslate2", max_input_tokens=150, batch_tokens=1024
    )
    decoding: Decoding = Decoding(num_beams=4, max_new_tokens_per_input_token=2.0)
    min_score: float | None = -0.9
    """A segment whose mean token log-probability is lower is flagged as unsure; depends on the model, and is None for
    every other than the default one until somebody sets it."""
    repair: RepairConfig = RepairConfig()
    not_arabic: Literal["refuse", "pass_through"] = "refuse"
    glossaries: tuple[Annotated[str, Field(min_length=1)], ...] = Field(default=READY_GLOSSARIES, strict=False)
    """Names of ready-made glossaries and paths of others (`.tsv`, `.yaml`); an earlier one wins over a later one."""
    hints: tuple[Annotated[str, Field(min_length=1)], ...] = Field(default=READY_HINTS, strict=False)
    """Lexicons whose rare words the model is given in English: names of those in the package (`ar-en`), and paths of
    others in the format of glossaries. For models trained on such text; empty for every other than the default one."""
    learn_names: bool = True
    """Names that an article introduces keep one English form in it."""

    @model_validator(mode="after")
    def _model_fits_stage(self) -> Self:
        _check_stage(self.model, self.decoding)
        return self


Style: TypeAlias = Literal["paragraph", "bullets", "headline"]


class SummaryLength(_Strict):
    """How long a summary is, in words of English."""

    words: int | None = Field(default=None, ge=10)
    """What a paragraph aims at; None: it grows with the article, from about 60 words for 300 to 120 for 1,500."""
    bullets: int | None = Field(default=None, ge=1, le=12)
    """How many points a list has; None: they grow with the article, from 3 for 300 words to 6 for 1,500."""
    max_share: float = Field(default=0.5, gt=0, lt=1)
    """A summary has at most this share of its text's words."""
    bypass_words: int = Field(default=40, ge=0)
    """A text of at most so many words is its own summary."""


class ConsistencyConfig(_Strict):
    """A second opinion on each sentence of a summary: a classifier trained on natural language inference."""

    model: ModelConfig
    label: str | None = None
    """The model's label that means that a text follows from another; None: `entailment` and the like, by its name."""
    min_score: float = Field(default=0.5, ge=0, le=1)
    """A sentence whose probability is lower counts as unsupported."""

    @model_validator(mode="after")
    def _model_is_classifier(self) -> Self:
        if self.model.kind != "classifier":
            raise ValueError(f"model.kind: found {self.model.kind}, expected classifier")
        return self


class StylePrompts(_Strict):
    """User messages for what is no paragraph; the paragraph's and the system message are `model.prompt`."""

    bullets: Annotated[str, AfterValidator(_check_user_message)] = BULLETS_PROMPT
    headline: Annotated[str, AfterValidator(_check_user_message)] = HEADLINE_PROMPT
    rewrite: Annotated[str, AfterValidator(_check_user_message)] = REWRITE_PROMPT
    """Asks for one sentence in place of one at fault; `{text}` is then the few sentences that it rests on."""


def _one_or_more(value: Any) -> Any:
    """A single name is a list of one; names may be joined by commas, as on a command line."""
    return tuple(name.strip() for name in value.split(",")) if isinstance(value, str) else value


class SummarizeConfig(_Strict):
    """The second stage: an English text into an abstractive summary."""

    enabled: bool = True
    style: Annotated[tuple[Style, ...], BeforeValidator(_one_or_more)] = Field(
        default=("paragraph",), min_length=1, strict=False
    )
    """The shapes of the summary; the first is the summary, the others stand beside it."""
    model: ModelConfig = ModelConfig(
        source=SUMMARIZER,
        license="Apache-2.0",
        kind="chat",
        engine="ctranslate2",
        prompt=Prompt(system=SUMMARY_SYSTEM, user=SUMMARY_PROMPT),
        dtype="int8",
        max_input_tokens=4096,
    )
    decoding: Decoding = Decoding(max_new_tokens=320)
    length: SummaryLength = SummaryLength()
    prompts: StylePrompts = StylePrompts()
    max_rounds: int = Field(default=4, ge=1)
    """How often the summaries of parts are summarized again when an article is longer than the model's input."""
    candidates: int = Field(default=2, ge=1, le=8)
    """At most so many tries for each text: the next one only while it has sentences at fault. A chat model writes these
    sentences again, from those that they rest on; other models summarize the text again."""
    unsupported: Literal["flag", "drop", "replace"] = "replace"
    """What becomes of a sentence with a name or number that the article does not have: it stays and is flagged, is
    left out, or the article's own sentence stands in for it."""
    consistency: ConsistencyConfig | None = None

    @model_validator(mode="after")
    def _model_fits_stage(self) -> Self:
        _check_stage(self.model, self.decoding)
        if len(set(self.style)) < len(self.style):
            raise ValueError(f"style: {', '.join(self.style)}: each style once")
        if self.model.kind != "chat" and self.style != ("paragraph",):
            raise ValueError("style: bullets and headline need a chat model")
        return self


class ReportConfig(_Strict):
    """Which files are written besides the records of a run."""

    formats: tuple[ReportFormat, ...] = Field(default=get_args(ReportFormat), strict=False)
    """One file for each article and format; none is allowed."""
    parquet: bool = False
    """All records in one Parquet file, too."""
    index: bool = True
    """A page that lists all articles of the run."""


class BatchConfig(_Strict):
    """How many articles are worked on together; never changes the output.

    A window shares the translator's batches. A killed run loses the translations of one at most; what is finished is
    kept. The defaults are some 30 news articles: about 400 sentences, enough that batches of like length waste little,
    and a minute of two CPU cores with the default translator.
    """

    window_articles: int = Field(default=32, ge=1)
    window_characters: int = Field(default=100_000, ge=1)


Stage: TypeAlias = TranslateConfig | SecondConfig | SummarizeConfig
"""A section that names a model and how it is used."""


@dataclass(frozen=True, slots=True)
class Use:
    """A model that a configuration uses: the dotted path of its section, and what that says."""

    path: str
    stage: Stage

    @property
    def model(self) -> ModelConfig:
        """Which model, and how it is loaded."""
        return self.stage.model


class Config(_Strict):
    """Everything that can be set."""

    offline: bool = False
    cache: str | None = None
    allow_noncommercial: bool = False
    articles: ArticlesConfig = ArticlesConfig()
    translate: TranslateConfig = TranslateConfig()
    summarize: SummarizeConfig = SummarizeConfig()
    report: ReportConfig = ReportConfig()
    batch: BatchConfig = BatchConfig()

    @property
    def uses(self) -> tuple[Use, ...]:
        """The models that a run writes with, in the order in which they are used."""
        repair = self.translate.repair
        second = (Use("translate.repair.second", repair.second),) if repair.second and repair.mode != "off" else ()
        summarize = (Use("summarize", self.summarize),) if self.summarize.enabled else ()
        return (Use("translate", self.translate), *second, *summarize)

    @property
    def models(self) -> Mapping[str, ModelConfig]:
        """Every model that a run loads, by the dotted key of the section that names it."""
        models = {use.path: use.model for use in self.uses}
        if self.summarize.enabled and self.summarize.consistency:
            models["summarize.consistency"] = self.summarize.consistency.model
        return models

    @model_validator(mode="after")
    def _licence_is_accepted(self) -> Self:
        for path, model in self.models.items():
            if is_noncommercial(model) and not self.allow_noncommercial:
                raise ValueError(
                    f"{path}.model: the weights of {model.source} may not be used commercially "
                    f"({model.license or 'CC-BY-NC'}); set allow_noncommercial: true to accept that"
                )
        return self


def is_noncommercial(model: ModelConfig) -> bool:
    """Declared so, or known: NLLB's weights are CC-BY-NC-4.0 whoever hosts a copy."""
    return model.noncommercial or "-nc" in (model.license or "").lower() or "nllb-200" in model.source.lower()
