"""Training settings: the ready-made file, the command line over it, and faults with their place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from mt.errors import ConfigError
from mt.training import TrainingConfig, load_training, training_folder
from mt.training.settings import PairsFile, overrides

PAIRS = "pairs=a.tsv"


def test_the_ready_made_settings_are_the_defaults_and_say_something_of_every_key() -> None:
    path = training_folder() / "finetune.yaml"
    assert load_training("finetune", [PAIRS], {}) == load_training(None, [PAIRS], {})
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and "#" not in line] == []
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    schema = load_training(None, [PAIRS], {}).model_dump()
    for part in ("data", "optimizer", "limits", "evaluate", "export"):
        assert list(values[part]) == list(schema[part]), part
    assert {*values, "pairs", "dev"} == set(schema)


def test_what_the_command_line_names_wins_over_the_file(write: Callable[[str, str], Path]) -> None:
    path = write("t.yaml", "pairs: [a.tsv, {path: b.jsonl, weight: 2.0}]\nlimits: {epochs: 1.0, minutes: 5.0}\n")
    assert load_training(path, [], {}).pairs == (PairsFile(path="a.tsv"), PairsFile(path="b.jsonl", weight=2.0))
    config = load_training(path, overrides(["c: d.tsv"], ["e.tsv"], 90), {})
    assert config.pairs == (PairsFile(path="c: d.tsv"),)
    assert config.dev == (PairsFile(path="e.tsv"),)
    assert (config.limits.minutes, config.limits.epochs) == (90, 1.0)
    assert load_training(path, overrides(), {}).limits.minutes == 5.0


def test_of_the_environment_only_what_every_command_knows_counts() -> None:
    environment = {"MT_CACHE": "/models", "MT_TRANSLATE__DECODING__NUM_BEAMS": "2", "CACHE": "/other"}
    config = load_training(None, [PAIRS], environment)
    assert config.cache == "/models"
    assert load_training(None, [PAIRS, "cache=/set"], environment).cache == "/set"


def test_keys_of_the_model_keep_the_default_source_and_another_source_keeps_none() -> None:
    assert load_training(None, [PAIRS, "model.threads=2"], {}).model.source == "embedded:ar-en"
    config = load_training(None, [PAIRS, "model={source: owner/m, prefix: '<2en> '}"], {})
    assert (config.model.source, config.model.prefix) == ("owner/m", "<2en> ")


@pytest.mark.parametrize("text, rate", [("2e-5", 2e-5), ("1E-3", 1e-3), ("5.0e-4", 5e-4), ("0.001", 1e-3)])
def test_learning_rates_are_read_as_people_write_them(text: str, rate: float) -> None:
    assert load_training(None, [PAIRS, f"optimizer.learning_rate={text}"], {}).optimizer.learning_rate == rate


@pytest.mark.parametrize(
    "sets, wanted",
    [
        ([], "pairs: missing"),
        ([PAIRS, "optimiser.freeze=encoder"], "optimiser: unknown key; did you mean optimizer?"),
        (
            [PAIRS, "optimizer.lerning_rate=1"],
            "optimizer.lerning_rate: unknown key; did you mean optimizer.learning_rate?",
        ),
        ([PAIRS, "optimizer.learning_rate=fast"], "optimizer.learning_rate: found 'fast', expected"),
        ([PAIRS, "limits.patience=2"], "limits.patience: stopping early needs development pairs"),
        ([PAIRS, "limits={epochs: null}"], "one of epochs, max_steps and minutes must be set"),
        ([PAIRS, "model.engine=ctranslate2"], "only seq2seq models are trained"),
        ([PAIRS, "model.dtype=float16"], "model.dtype: found float16, expected auto, float32 or bfloat16"),
        ([PAIRS, "model.source=facebook/nllb-200-distilled-600M"], "allow_noncommercial: true"),
        (["pairs=[{path: a.tsv, weight: 0.0}]"], "pairs.0.weight: found 0.0, expected a number above 0"),
        ([PAIRS, "seed=4294967296"], "seed: found 4294967296"),
    ],
)
def test_faults_name_key_found_and_wanted(sets: list[str], wanted: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_training(None, sets, {})
    assert wanted in str(caught.value)


def test_a_fault_in_a_file_names_its_line_and_an_unknown_name_the_ready_made_ones(
    write: Callable[[str, str], Path],
) -> None:
    path = write("t.yaml", "pairs: a.tsv\nlimits:\n  epochs: many\n")
    with pytest.raises(ConfigError, match=r"t\.yaml:3: limits\.epochs: found 'many'"):
        load_training(path, [], {})
    with pytest.raises(ConfigError, match=r"no configuration 'finetun'.*did you mean finetune\?"):
        load_training("finetun", [], {})


def test_nothing_can_be_changed_afterwards() -> None:
    config = load_training(None, [PAIRS], {})
    with pytest.raises(ValueError, match="frozen"):
        config.seed = 1  # type: ignore[misc]
    assert isinstance(config, TrainingConfig)
