"""From file, environment and command line to one checked configuration.

All faults are listed at once, each with its dotted path, what was found and what is wanted. Precedence: command line >
environment (`MT_…`) > file > default.
"""

from __future__ import annotations

import difflib
import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from types import NoneType
from typing import Any, TypeAlias, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mt.config.schema import Config, without_preset
from mt.config.wording import wanted
from mt.errors import ConfigError
from mt.sources import RecipeSource, parse_source

S = TypeVar("S", bound=BaseModel)
_PACKAGE = Path(__file__).resolve().parents[1]
_TRUE = {"1", "true", "yes", "on"}
OFFLINE_VARIABLES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
"""Either, when true, means no network call: the variables of huggingface_hub and transformers."""
_DEEPEST = 6
"""Sections within sections, at most: a bound for schemas that hold themselves."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Layer:
    """One source of settings: nested values, and for each dotted path where it was said."""

    values: dict[str, Any]
    places: dict[str, str]


def config_folder() -> Path:
    """The folder of the ready-made configurations: inside an installed package, or beside it in a checkout."""
    inside = _PACKAGE / "configs"
    return inside if inside.is_dir() else _PACKAGE.parent / "configs"


def config_names() -> list[str]:
    """Names of the ready-made configurations, as `--config` takes them."""
    return sorted(path.stem for path in config_folder().glob("*.yaml"))


ConfigSource: TypeAlias = "Config | str | Path | Mapping[str, Any] | None"
"""Where a configuration comes from: itself, a ready-made one by name, a file, or its keys as a mapping."""


def as_config(source: ConfigSource) -> Config:
    """The configuration as it is, or as `load_config` reads it."""
    return source if isinstance(source, Config) else load_config(source)


def load_config(
    source: str | Path | Mapping[str, Any] | None = None,
    overrides: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Config:
    """Read a configuration file or a ready-made one by name; without `source`, the defaults (`configs/embedded.yaml`).

    `source` may also be the keys themselves, nested as in a file or dotted:
    `load_config({"translate.decoding.num_beams": 2})`. `overrides` are `dotted.key=value` with YAML values. They
    override the environment, which overrides `source`. `environment` is `os.environ` unless given; there
    `MT_TRANSLATE__DECODING__NUM_BEAMS=1` sets `translate.decoding.num_beams`.

    Raises `ConfigError` that lists every error with its place.
    """
    return load_config_for("--set", source, overrides, environment)


def load_config_for(
    option: str,
    source: str | Path | Mapping[str, Any] | None,
    overrides: Sequence[str],
    environment: Mapping[str, str] | None = None,
) -> Config:
    """As `load_config`; messages name `option` as the place of the overrides."""
    environment = os.environ if environment is None else environment
    faults: list[str] = []
    layers = [_environment_layer(environment, faults, Config), _override_layer(overrides, faults, Config, option)]
    if source is not None:
        layers.insert(0, _base_layer(source, faults))
    values, places = _merge(layers)
    faults += _missing_kind(layers, places)
    config = _checked(Config, values, places, faults)
    _check_recipes(config)
    return config.model_copy(update={"offline": True}) if is_offline(environment) else config


def is_offline(environment: Mapping[str, str]) -> bool:
    """Whether the variables of Hugging Face's libraries forbid network calls."""
    return any(environment.get(name, "").lower() in _TRUE for name in OFFLINE_VARIABLES)


def _check_recipes(config: Config) -> None:
    """Refuse recipes that are not there or have faults, and weights whose licence the configuration does not accept."""
    from mt.config.recipes import load_recipe  # it reads its file by this module

    for path, model in config.models.items():
        source = parse_source(model.source)
        if not isinstance(source, RecipeSource):
            continue
        recipe = load_recipe(source.name)
        restricted = recipe.noncommercial or "-nc" in (recipe.license or "").lower()
        if restricted and not config.allow_noncommercial:
            raise ConfigError(
                f"{path}.model: the weights of {model.source} may not be used commercially ({recipe.license}); "
                "set allow_noncommercial: true to accept that"
            )


def load_settings(
    schema: type[S],
    source: str | Path | None,
    overrides: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
) -> S:
    """Read a file of another schema by the same rules; ready-made ones stand in `folder`.

    Of the environment only what the schema knows counts: `MT_OFFLINE` and `MT_CACHE` are for every command,
    `MT_TRANSLATE__…` is not. Raises `ConfigError` that lists every fault with its place.
    """
    faults: list[str] = []
    known = {name: text for name, text in environment.items() if _top(name) in schema.model_fields}
    layers = [_environment_layer(known, faults, schema), _override_layer(overrides, faults, schema)]
    if source is not None:
        layers.insert(0, _file_layer(_find(source, folder), faults, schema))
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    for layer in layers:
        values = _overlay(values, layer.values)
        places |= layer.places
    return _checked(schema, values, places, faults)


def _top(variable: str) -> str:
    return variable.removeprefix("MT_").lower().partition("__")[0] if variable.startswith("MT_") else ""


def _checked(schema: type[S], values: Mapping[str, Any], places: Mapping[str, str], faults: list[str]) -> S:
    """The values as the schema's; all faults at once, those found before among them."""
    try:
        checked = schema.model_validate(values)
    except ValidationError as error:
        faults += dict.fromkeys(_fault(dict(detail), places, schema) for detail in error.errors())
    if faults:
        raise ConfigError("\n".join(["the configuration has errors:", *(f"  {fault}" for fault in faults)]))
    return checked


def _base_layer(source: str | Path | Mapping[str, Any], faults: list[str]) -> _Layer:
    return _mapping_layer(source, faults) if isinstance(source, Mapping) else _file_layer(_find(source), faults, Config)


def _mapping_layer(keys: Mapping[str, Any], faults: list[str]) -> _Layer:
    """Keys of a program; a dotted one stands for the nested one."""
    layer = _Layer({}, {})
    for key, value in keys.items():
        nested = _plain(value)
        for part in reversed(str(key).split(".")[1:]):
            nested = {part: nested}
        top = str(key).partition(".")[0]
        below = layer.values.get(top)
        if top in layer.values and not (isinstance(below, dict) and isinstance(nested, dict)):
            faults.append(f"{key}: set twice")
        layer.values[top] = _overlay(below, nested) if isinstance(below, dict) and isinstance(nested, dict) else nested
    return layer


def _plain(value: Any) -> Any:
    """The value with plain dicts and lists, as a file would give it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _find(source: str | Path, folder: Path | None = None) -> Path:
    path = Path(source)
    if path.is_file():
        return path
    folder = folder or config_folder()
    ready = folder / f"{source}.yaml"
    if path.name == str(source) and ready.is_file():
        return ready
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    known = f"{', '.join(names)}{_near(str(source), names)}"
    raise ConfigError(f"no configuration {str(source)!r}: neither a file nor one of {known}")


def _near(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


def _file_layer(path: Path, faults: list[str], schema: type[BaseModel]) -> _Layer:
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8-sig"))
        node = loader.get_single_node()
        places: dict[str, str] = {}
        if node is not None:
            _walk(node, "", path, places, faults, schema)
        values = {} if node is None else loader.construct_document(node)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 at byte {error.start}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        hint = "; indent with spaces; YAML does not allow tabs" if "\\t" in str(error) else ""
        raise ConfigError(f"{path}{line}: not YAML: {getattr(error, 'problem', None) or error}{hint}") from None
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: found {type(values).__name__}, expected keys such as 'translate:'")
    _name_files_beside(path, values)
    return _Layer(values, places)


def _name_files_beside(path: Path, values: dict[str, Any]) -> None:
    """Glossaries and lexicons that lie beside the configuration file are meant from its folder."""
    stage = values.get("translate")
    for key in ("glossaries", "hints"):
        names = stage.get(key) if isinstance(stage, dict) else None
        if isinstance(stage, dict) and isinstance(names, list):
            stage[key] = [_beside(path, name) for name in names]


def _beside(path: Path, name: Any) -> Any:
    """A path as it is to be opened; a name, and whatever is wrong, as it stands."""
    if not isinstance(name, str) or not name or Path(name).is_absolute() or not Path(name).suffix:
        return name
    near = path.parent / name
    return str(near) if near.is_file() else name


def _walk(
    node: Node, prefix: str, path: Path, places: dict[str, str], faults: list[str], schema: type[BaseModel]
) -> None:
    """Note the line of every key, and every key that stands twice (PyYAML would keep the last without a word)."""
    if isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, f"{prefix}{index}.", path, places, faults, schema)
    if not isinstance(node, MappingNode):
        return
    for key, value in node.value:
        dotted, place = f"{prefix}{key.value}", f"{path}:{key.start_mark.line + 1}"
        if dotted in places:
            faults.append(f"{place}: {dotted}: appears twice; first at {places[dotted]}")
        places[dotted] = place
        if isinstance(value, ScalarNode) and value.tag in _BARE_TAGS and _takes_text(schema, dotted.split(".")):
            value.tag = "tag:yaml.org,2002:str"
        _walk(value, f"{dotted}.", path, places, faults, schema)


def _environment_layer(environment: Mapping[str, str], faults: list[str], schema: type[BaseModel]) -> _Layer:
    """What `MT_…` variables set. Those of other software are ignored with a warning; a misspelt key is a fault."""
    layer = _Layer({}, {})
    for name in sorted(environment):
        if not name.startswith("MT_"):
            continue
        keys, place = name[3:].lower().split("__"), f"environment {name}"
        if keys[0] in schema.model_fields:
            _set(layer, keys, environment[name], place, faults, schema)
        elif meant := _meant(keys, schema):
            faults.append(
                f"{place}: {'.'.join(keys)}: unknown key; did you mean MT_{meant.upper().replace('.', '__')}?"
            )
        else:
            like = [_variable(path) for path in _paths_to(schema, keys[-1])]
            hint = f" ({' or '.join(like)} would be)" if like else ""
            _log.warning("mt: %s is ignored: it is not a setting of mt%s", place, hint)
    return layer


def _variable(path: str) -> str:
    return f"MT_{path.upper().replace('.', '__')}"


def _meant(keys: Sequence[str], schema: type[BaseModel]) -> str:
    """The dotted key that a variable with an unknown first part looks like; empty where it looks like none."""
    close = difflib.get_close_matches(keys[0], list(schema.model_fields), n=1, cutoff=0.8)
    if close:
        return ".".join([close[0], *keys[1:]])
    known = _paths_to(schema, keys[-1]) if len(keys) > 1 else []
    return known[0] if known else ""


def _paths_to(schema: type[BaseModel], key: str) -> list[str]:
    """The dotted paths of all settings with this last part, in the schema's order."""
    return [path for path in _all_paths(schema) if path.rpartition(".")[2] == key]


def _all_paths(schema: type[BaseModel], prefix: str = "", depth: int = 0) -> Iterator[str]:
    for name, field in schema.model_fields.items():
        yield f"{prefix}{name}"
        section = _section(field)
        if section is not None and depth < _DEEPEST:
            yield from _all_paths(section, f"{prefix}{name}.", depth + 1)


def _override_layer(
    overrides: Sequence[str], faults: list[str], schema: type[BaseModel], option: str = "--set"
) -> _Layer:
    layer = _Layer({}, {})
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals or not re.fullmatch(r"[\w.]+", key):
            faults.append(f"{option} {override}: expected dotted.key=value")
            continue
        _set(layer, key.split("."), value, f"{option} {key}", faults, schema)
    return layer


def _set(layer: _Layer, keys: Sequence[str], text: str, place: str, faults: list[str], schema: type[BaseModel]) -> None:
    try:
        value = yaml.safe_load(text) if text else ""
        if _is_bare(value) and _takes_text(schema, keys):
            value = text.strip()
    except yaml.YAMLError:
        faults.append(f"{place}: found {text!r}, which is not a YAML value; put it in quotes")
        return
    target = layer.values
    for key in keys[:-1]:
        target = target.setdefault(key, {})
        if not isinstance(target, dict):
            faults.append(f"{place}: {key} is set to a value elsewhere, so nothing can be set below it")
            return
    target[keys[-1]] = value
    layer.places[".".join(keys)] = place


def _merge(layers: Sequence[_Layer]) -> tuple[dict[str, Any], dict[str, str]]:
    """Lay the layers over the defaults of both models, so that setting one key of a stage keeps its other keys."""
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    for layer in layers:
        values = _overlay(values, _with_presets(layer.values))
        places |= layer.places
    return _overlay(_stage_defaults(values), values), places


def _with_presets(values: Mapping[str, Any]) -> dict[str, Any]:
    """A layer with its presets written out, so that they win over the layers below, defaults included."""
    expanded = dict(values)
    for stage in ("translate", "summarize"):
        section = values.get(stage)
        if isinstance(section, dict) and isinstance(decoding := section.get("decoding"), dict):
            expanded[stage] = {**section, "decoding": without_preset(decoding)}
    return expanded


def _missing_kind(layers: Sequence[_Layer], places: Mapping[str, str]) -> Iterator[str]:
    """A fault where only the source of the summary model is set: its kind is unknown, and the default's is chat."""
    given: dict[str, Any] = {}
    for layer in layers:
        given = _overlay(given, layer.values)
    summarize = given.get("summarize")
    model = summarize.get("model") if isinstance(summarize, dict) else None
    place = places.get("summarize.model.source", "")
    in_file = bool(place) and not place.startswith(("--", "environment "))
    if isinstance(model, dict) and "source" in model and "kind" not in model and not in_file:
        yield (
            f"{_where(place, 'summarize.model.source')}summarize.model.source: another model needs "
            "summarize.model.kind, too: seq2seq for one made to summarize (BART, PEGASUS, T5), chat for one that "
            "follows instructions (and then summarize.model.prompt.user, such as '{text} Summarize the text above.')"
        )


def _stage_defaults(values: Mapping[str, Any]) -> dict[str, Any]:
    """The default stages; where a stage names its own source, the schema's: a model's settings are its own."""
    defaults = Config().model_dump(exclude_defaults=False)
    for stage in ("translate", "summarize"):
        given = values.get(stage)
        model = given.get("model") if isinstance(given, dict) else None
        if isinstance(model, dict) and "source" in model:
            defaults[stage] |= {"model": {}, "decoding": {}}
            if stage == "translate":
                defaults[stage] |= {"min_score": None, "hints": ()}
    return defaults


# What YAML makes of 0000, 1e5, on, 2026-11-28: no text, unless the setting takes only text (a sha256 of digits alone).
_BARE_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool", "timestamp"))


def _is_bare(value: Any) -> bool:
    return isinstance(value, (bool, int, float, date))


def _takes_text(schema: type[BaseModel], keys: Sequence[str]) -> bool:
    """Whether the setting at this path is a text, or a text or nothing."""
    model = schema
    for key in keys[:-1]:
        section = _section(model.model_fields.get(key))
        if section is None:
            return False
        model = section
    field = model.model_fields.get(keys[-1])
    return field is not None and {field.annotation, *get_args(field.annotation)} - {str | None, NoneType} == {str}


def _overlay(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        result[key] = _overlay(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result


def _fault(detail: Mapping[str, Any], places: Mapping[str, str], schema: type[BaseModel]) -> str:
    """One line for one fault: place, dotted path, what was found, what is wanted."""
    keys = [str(part) for part in detail["loc"]]
    if len(keys) > 1 and keys[-2] not in schema.model_fields and keys[-1] in _ALTERNATIVES:
        # Each alternative of a union is a fault of its own to pydantic; for a user it is one.
        keys, detail = keys[:-1], {**detail, "type": "union"}
    dotted = ".".join(keys)
    places_of = chain((p for p in _ancestors(keys) if p in places), (p for p in places if p.startswith(f"{dotted}.")))
    place = next((places[p] for p in places_of), "")
    where = _where(place, dotted)
    if detail["type"] == "extra_forbidden":
        return f"{where}{dotted}: unknown key{_suggestion(keys, schema)}"
    if detail["type"] == "missing":
        return f"{where}{dotted}: missing"
    if detail["type"] == "invalid_key":
        return f"{where}{dotted}: found the key {detail['input']!r}, expected a name"
    if detail["type"] == "value_error":
        message = str(detail["msg"]).removeprefix("Value error, ")
        return f"{where}{dotted + ': ' if dotted else ''}{message}"
    near = ""
    if detail["type"] == "literal_error":
        near = _near(str(detail["input"]), re.findall(r"'([^']+)'", str(detail["ctx"]["expected"])))
    return f"{where}{dotted}: found {detail['input']!r}, expected {wanted(detail)}{near}"


def _where(place: str, dotted: str) -> str:
    """What stands in front of a key with a fault; an option of the command line names the key already."""
    option = place.removesuffix(dotted)
    return option if option != place else f"{place}: " if place else ""


def _suggestion(keys: Sequence[str], schema: type[BaseModel]) -> str:
    """What an unknown key may have meant: one of its section, or one of the same name elsewhere."""
    fields = _fields_at(schema, keys[:-1])
    close = difflib.get_close_matches(keys[-1], fields, n=1, cutoff=0.6)
    elsewhere = _paths_to(schema, keys[-1])
    if elsewhere:
        return f"; did you mean {' or '.join(elsewhere[:3])}?"
    if close:
        return f"; did you mean {'.'.join([*keys[:-1], close[0]])}?"
    leaves = {path.rpartition(".")[2] for path in _all_paths(schema)}
    like = difflib.get_close_matches(keys[-1], leaves, n=1, cutoff=0.75)
    return f"; did you mean {' or '.join(_paths_to(schema, like[0])[:3])}?" if like else ""


_ALTERNATIVES = frozenset(("bool", "int", "str"))


def _ancestors(keys: Sequence[str]) -> Iterator[str]:
    for end in range(len(keys), 0, -1):
        yield ".".join(keys[:end])


def _fields_at(schema: type[BaseModel], keys: Sequence[str]) -> list[str]:
    """Names of the fields of the section at this dotted path, for "did you mean"."""
    model = schema
    for key in keys:
        section = _section(model.model_fields.get(key))
        if section is None:
            return []
        model = section
    return list(model.model_fields)


def _section(field: FieldInfo | None) -> type[BaseModel] | None:
    if field is None:
        return None
    candidates = (field.annotation, *get_args(field.annotation))
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None)
