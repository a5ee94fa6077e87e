"""`mt check-config`, `mt doctor` and `mt models`: what would run here."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mt.cli.common import DONE, IMPOSSIBLE, SOME_FAILED, config_of, say
from mt.errors import ModelError

if TYPE_CHECKING:
    from mt.cli.parser import Commands
    from mt.config import Config, ModelConfig
    from mt.sources import HubSource


def add_to(commands: Commands) -> None:
    """Add `mt check-config`, `mt doctor` and `mt models`."""
    commands.add("check-config", check_config, "check a configuration and print the effective settings")
    about = "test the files, device and models of a configuration; takes seconds"
    commands.add("doctor", doctor, about)
    listing = commands.add("models", models, "list the models in the cache with size, licence and revision")
    listing.add_argument("--fetch", action="store_true", help="download the models of the configuration first")
    listing.add_argument(
        "--check-memory",
        action="store_true",
        help="refuse a model that needs more memory than is free",
    )
    listing.add_argument("--keep", action="store_true", help="keep downloaded GGUF files after conversion")


def check_config(options: argparse.Namespace) -> int:
    """The configuration as it is after file, environment and command line, to stdout as YAML."""
    import yaml

    from mt.terms import load_glossaries, load_lexicons

    config = config_of(options)
    load_glossaries(config.translate.glossaries)  # part of the configuration, in files of their own
    load_lexicons(config.translate.hints)
    unchecked = _check_models(config)
    print(yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=100), end="")
    for line in unchecked:
        say(f"mt: not checked: {line}")
    say("mt: the configuration is valid" + (", as far as it could be checked" if unchecked else ""))
    return DONE


def _check_models(config: Config) -> list[str]:
    """What could not be found out about the models of a configuration; nothing is fetched.

    Raises `ModelError` for a folder, an embedded model or a Hub id that does not exist.
    """
    from mt.engines.models.store import cache_folder, resolve
    from mt.sources import HubSource, PypiSource, RecipeSource, parse_source

    unchecked = []
    for key, model in config.models.items():
        source = parse_source(model.source)
        try:
            resolve(model, offline=True, cache=cache_folder(config.cache))
        except ModelError as error:
            if isinstance(source, HubSource) and not config.offline:
                unchecked += _asked(f"{key}.model", source, model)
            elif isinstance(source, (HubSource, PypiSource, RecipeSource)):
                unchecked.append(
                    f"{key}.model: {model.source}: not in the cache; the Hub was not asked whether it exists"
                )
            else:
                raise ModelError(f"{key}.model: {error}") from error
    return unchecked


def _asked(key: str, source: HubSource, model: ModelConfig) -> list[str]:
    """Nothing where the Hub has the model, and why where it cannot be asked."""
    from mt.engines.models.hub import HubUnreachable, look_up

    try:
        look_up(source.repo_id, model.revision)
    except HubUnreachable as error:
        return [f"{key}: {error}"]
    except ModelError as error:
        raise ModelError(f"{key}: {error}") from error
    return []


def doctor(options: argparse.Namespace) -> int:
    """Findings about configuration, machine and models to stdout, a line each; 0 sound, 1 doubts, 2 it cannot work."""
    from mt.doctor import examine

    levels = set()
    for finding in examine(config_of(options)):
        print(finding, flush=True)
        levels.add(finding.level)
    return IMPOSSIBLE if "fail" in levels else SOME_FAILED if "warn" in levels else DONE


def models(options: argparse.Namespace) -> int:
    """What the model cache holds, to stdout as a table."""
    from mt.engines.models.store import cache_folder, cached_models, check_memory, resolve, to_fetch

    config = config_of(options)
    cache = cache_folder(config.cache)
    if options.check_memory:
        for wanted in config.models.values():
            check_memory(wanted)
    if options.fetch:
        for path, wanted in config.models.items():
            if coming := to_fetch(wanted, cache):
                say(f"mt: {path}: to be downloaded: {coming}")
        for wanted in config.models.values():
            resolve(wanted, offline=config.offline, cache=cache, keep=options.keep)
    print(f"{'model':<62} {'MB':>7}  {'licence':<14} revision")
    for model in cached_models(cache):
        print(f"{model.name:<62} {model.bytes / 1e6:>7.1f}  {model.license or '?':<14} {model.revision}")
    say(f"mt: model cache {cache}")
    return DONE
