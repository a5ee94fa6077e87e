import re
import subprocess
import sys
from pathlib import Path

import pytest

from mt.config import Config, ModelConfig, Prompt, config_folder, config_names, load_config
from mt.errors import ConfigError

READY = ["embedded", "embedded-small", "llm", "madlad", "nllb", "opus-big", "opus-fast"]


def write(folder: Path, text: str) -> Path:
    path = folder / "my config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(source: str | Path | None = None, overrides=(), environment=None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(source, overrides, environment or {})
    return str(caught.value).splitlines()


def test_every_ready_configuration_is_listed_and_loads():
    assert config_names() == READY
    for name in READY:
        config = load_config(name, environment={})
        assert config.translate.model.license, name
        assert config.summarize.model.license, name


def test_the_default_is_the_embedded_configuration():
    assert load_config("embedded", environment={}) == load_config(environment={}) == Config()


def test_the_small_configuration_differs_in_the_summarizer_only():
    default, small = load_config("embedded", environment={}), load_config("embedded-small", environment={})
    assert small.summarize.model.source != default.summarize.model.source
    assert small.model_copy(update={"summarize": default.summarize}) == default


def test_every_key_of_a_ready_configuration_is_commented():
    for path in config_folder().glob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for above, line in zip(["", *lines], lines, strict=False):
            key = line.strip().partition(":")[0]
            if ":" in line and not line.strip().startswith("#") and key not in {
                "translate", "summarize", "model", "decoding", "length", "report", "batch", "repair",
            }:  # fmt: skip
                assert "  # " in line or above.strip().startswith("# "), f"{path.name}: {line}"


def test_precedence_is_command_line_environment_file_default(tmp_path):
    path = write(tmp_path, "translate: {decoding: {num_beams: 2, min_new_tokens: 2}}\ncache: here\n")
    environment = {"MT_TRANSLATE__DECODING__NUM_BEAMS": "3", "MT_CACHE": "there", "MTX": "1"}
    config = load_config(path, ["translate.decoding.num_beams=5"], environment)
    assert config.translate.decoding.num_beams == 5
    assert load_config(path, (), environment).translate.decoding.num_beams == 3
    assert load_config(path, (), {}).translate.decoding.num_beams == 2
    assert config.translate.decoding.min_new_tokens == 2
    assert config.translate.decoding.max_new_tokens == Config().translate.decoding.max_new_tokens
    assert (config.cache, load_config(path, (), {}).cache) == ("there", "here")


def test_another_model_takes_none_of_the_default_models_settings(tmp_path):
    path = write(tmp_path, "translate: {model: {source: a/b}}\nsummarize: {model: {source: c/d}}\n")
    config = load_config(path, environment={})
    assert config.translate.model == ModelConfig(source="a/b")
    assert config.translate.decoding.num_beams == 1
    assert config.translate.min_score is None
    assert config.summarize.model.prompt is None
    assert config.summarize.length == Config().summarize.length


@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_the_hubs_own_offline_switch_counts(name):
    assert load_config(environment={name: "1"}, overrides=["offline=false"]).offline
    assert not load_config(environment={name: "0"}).offline


def test_all_faults_are_told_at_once_with_place_path_found_and_wanted(tmp_path):
    path = write(
        tmp_path,
        "translate:\n  decoding:\n    num_beam: 4\n    max_new_tokens: many\n  model:\n    source: a/b\n"
        "    dtype: flot32\nreport:\n  formats: [pdf]\nsumarize: {}\n",
    )
    told = faults(path, ["summarize.max_rounds=0"], {"MT_OFFLINE": "perhaps"})
    assert told[0] == "the configuration has errors:"
    for wanted in [
        f"{path}:3: translate.decoding.num_beam: unknown key; did you mean translate.decoding.num_beams?",
        f"{path}:4: translate.decoding.max_new_tokens: found 'many', expected a whole number",
        f"{path}:7: translate.model.dtype: found 'flot32'",
        "did you mean float32?",
        f"{path}:9: report.formats.0: found 'pdf'",
        f"{path}:10: sumarize: unknown key; did you mean summarize?",
        "--set summarize.max_rounds: found 0, expected a number of at least 1",
        "environment MT_OFFLINE: offline: found 'perhaps', expected true or false",
    ]:
        assert any(wanted in line for line in told), (wanted, told)
    assert len(told) == 8


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("translate:\n\tmodel: {}\n", ":2:1: not YAML"),
        ("a: 1\n b: 2\n", ":2:3: not YAML"),
        ("- a\n- b\n", "found list, expected keys such as 'translate:'"),
        ("just words\n", "found str, expected keys"),
        ("offline: true\ncache: x\noffline: false\n", ":3: offline: appears twice; first at"),
        ("translate: {decoding: {num_beams: 1, num_beams: 2}}\n", ":1: translate.decoding.num_beams: appears twice"),
        ("batch: {window_articles: 0}\n", "batch.window_articles: found 0, expected"),
        ("offline: !!python/object/apply:os.system [ls]\n", "not YAML"),
        ("1: 2\n", "found the key 1, expected a name"),
        ("translate: 3\n", "translate: found 3, expected"),
        ("offline: 'yes'\n", "offline: found 'yes', expected true or false"),
        ("translate: {decoding: {num_beams: true}}\n", "num_beams: found True, expected a whole number"),
        ("translate: {decoding: {length_penalty: .nan}}\n", "length_penalty: found nan, expected a finite number"),
        ("translate: {decoding: {do_sample: true}}\n", "do_sample: sampling needs num_beams: 1"),
        ("translate: {decoding: {temperature: 0.5}}\n", "temperature and top_p need do_sample: true"),
        ("translate: {decoding: {min_new_tokens: 300}}\n", "min_new_tokens: must be smaller than max_new_tokens"),
        ("translate: {model: {source: a/b, kind: chat}}\n", "a chat model needs a prompt"),
        ("translate: {model: {source: a/b, prompt: {user: '{text}'}}}\n", "only a chat model takes a prompt"),
        ("translate: {model: {source: a/b, prompt_multiple: 8}}\n", "only a chat model with engine: ctranslate2"),
        ("translate: {model: {source: 'hf:a b'}}\n", "'hf:a b' is not a model source; expected a Hub id"),
        ("translate: {model: {source: 'pypi:a==1/b.gguf'}}\n", "a pypi source needs the sha256"),
        ("translate: {model: {source: facebook/nllb-200-3.3B}}\n", "set allow_noncommercial: true"),
        ("translate: {model: {source: a/b, license: CC-BY-NC-SA-4.0}}\n", "set allow_noncommercial: true"),
        ("translate: {model: {source: a/b, device: gpu}}\n", "device: found 'gpu', expected auto, cpu, cuda"),
        ("translate: {model: {source: a/b, revision: [5]}}\n", "revision: found [5], expected a text; put it in"),
        ("articles: {text_feld: body}\n", "articles.text_feld: unknown key; did you mean articles.text_field?"),
        ("articles: {encoding: cp1257x}\n", "articles.encoding: found 'cp1257x', expected auto or an encoding such as"),
        ("articles: {encoding: base64}\n", "articles.encoding: found 'base64', expected auto or an encoding such as"),
        ("articles: {text_field: id}\n", "articles: id_field, title_field and text_field must be three different"),
        ("articles: {text_field: ''}\n", "articles.text_field: found '', expected"),
    ],
)  # fmt: skip
def test_wrong_files(tmp_path, text, wanted):
    path = write(tmp_path, text)
    told = "\n".join(faults(path))
    assert wanted in told
    assert "my config.yaml" in told or "model" in wanted or "noncommercial" in wanted or "report" in wanted


def test_a_file_that_is_not_utf8(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_bytes(b"cache: \xff\n")
    assert faults(path) == [f"{path}: not UTF-8 at byte 7"]


def test_an_empty_file_is_the_default(tmp_path):
    assert load_config(write(tmp_path, "# nothing\n"), environment={}) == Config()


def test_an_unknown_configuration_names_the_known_ones():
    assert faults("embeded") == [
        "no configuration 'embeded': neither a file nor one of "
        "embedded, embedded-small, llm, madlad, nllb, opus-big, opus-fast; did you mean embedded?"
    ]


@pytest.mark.parametrize(
    "override, wanted",
    [
        ("offline", "--set offline: expected dotted.key=value"),
        ("=1", "--set =1: expected dotted.key=value"),
        ("offline=[", "--set offline: found '[', which is not a YAML value"),
        ("offline.x=1", "offline: found {'x': 1}, expected true or false"),
        ("translat.x=1", "--set translat.x: translat: unknown key; did you mean translate?"),
    ],
)
def test_wrong_overrides(override, wanted):
    assert wanted in "\n".join(faults(overrides=[override]))


def test_an_unknown_section_of_the_environment_is_told_with_its_variable():
    [_, told] = faults(environment={"MT_TRANSLATE__DECODNG__NUM_BEAMS": "1"})
    assert "MT_TRANSLATE__DECODNG__NUM_BEAMS: translate.decodng: unknown key; did you mean translate.decoding?" in told


@pytest.mark.parametrize("user, wanted", [
    ("no place", "the prompt must hold {text}"),
    ("{text} {name}", "unknown placeholder {name}"),
    ("{text} }", "write {{ or }}"),
])  # fmt: skip
def test_wrong_prompts(user, wanted):
    with pytest.raises(ValueError, match=wanted.replace("{", r"\{").replace("}", r"\}")):
        Prompt(user=user)


def test_configuration_answers_without_loading_an_engine():
    code = (
        "import sys, mt.cli; from mt.config import load_config; load_config()\n"
        "print({'torch', 'transformers', 'numpy', 'datasets'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "set()\n", "")


@pytest.mark.parametrize(
    "overrides, environment, beams",
    [
        (["translate.decoding.preset=fast"], {}, 1),
        (["translate.decoding.preset=balanced"], {}, 2),
        (["translate.decoding.preset=best"], {}, 5),
        (["translate.decoding.preset=best", "translate.decoding.num_beams=3"], {}, 3),
        (["translate.decoding.preset=fast"], {"MT_TRANSLATE__DECODING__NUM_BEAMS": "7"}, 1),
        (["translate.decoding.num_beams=7"], {"MT_TRANSLATE__DECODING__PRESET": "best"}, 7),
    ],
)
def test_a_preset_stands_for_its_values(overrides, environment, beams):
    decoding = load_config(None, overrides, environment).translate.decoding
    assert (decoding.num_beams, decoding.preset, decoding.max_new_tokens_per_input_token) == (beams, None, 2.0)


def test_an_unknown_preset_is_told():
    assert "found 'fastest', expected 'fast', 'balanced' or 'best'; did you mean fast" in faults(
        None, ["translate.decoding.preset=fastest"]
    )[1].replace("‘", "'")


@pytest.mark.parametrize(
    "overrides, message",
    [
        (
            ["translate.model.engine=transformers", "translate.model.dtype=int8"],
            "dtype: int8 is for engine: ctranslate2",
        ),
        (["translate.model.device=mps"], "CTranslate2 has no MPS"),
        (["translate.decoding.num_beams=1", "translate.decoding.do_sample=true"], "use engine: transformers to sample"),
        (["translate.model.threads=0"], "translate.model.threads"),
    ],
)
def test_settings_that_do_not_fit_the_engine(overrides, message):
    assert message in "\n".join(faults(None, overrides))


def test_a_mapping_is_a_configuration_nested_or_dotted():
    nested = {"translate": {"decoding": {"num_beams": 2}, "glossaries": ("months",)}, "offline": True}
    dotted = {"translate.decoding.num_beams": 2, "translate.glossaries": ["months"], "offline": True}
    assert load_config(nested, environment={}) == load_config(dotted, environment={})
    both = {"translate.decoding.num_beams": 2, "translate": {"decoding": {"min_new_tokens": 3}}}
    decoding = load_config(both, environment={}).translate.decoding
    assert (decoding.num_beams, decoding.min_new_tokens) == (2, 3)
    assert load_config(both, ["translate.decoding.num_beams=5"], {}).translate.decoding.num_beams == 5
    assert any("did you mean translate.decoding" in fault for fault in faults({"translate": {"decodin": {}}}))
    assert any("offline.x: set twice" in fault for fault in faults({"offline": True, "offline.x": 1}))


@pytest.mark.parametrize("override, meant", [
    ("num_beams=2", "translate.decoding.num_beams"),
    ("decoding.num_beams=2", "translate.decoding"),
    ("num_beam=2", "translate.decoding.num_beams"),
    ("trnslate.decoding.num_beams=2", "translate"),
    ("translate.num_beams=2", "translate.decoding.num_beams"),
    ("summarize.modle.source=a/b", "summarize.model"),
    ("window_articles=3", "batch.window_articles"),
])  # fmt: skip
def test_a_key_that_stands_elsewhere_is_named_with_its_path(override, meant):
    told = "\n".join(faults(None, [override]))
    assert f"unknown key; did you mean {meant}" in told


@pytest.mark.parametrize("override", [
    "translate.decoding.num_beams=many", "translate.decoding.num_beams=1.5", "translate.decoding.top_p=2",
    "translate.decoding.top_p=a", "translate.glossaries=x", "translate.decoding=3", "offline=maybe",
    "articles.id_field=''", "articles.id_field=[1]", "report.formats=html", "report.formats=[pdf]",
    "translate.model.sha256=abc", "translate.model.threads=0", "summarize.model.chat_template_options={a: [1]}",
    "summarize.consistency=5", "translate.repair.second=[]", "summarize.candidates=9",
])  # fmt: skip
def test_no_fault_speaks_as_pydantic_does(override):
    told = faults(None, [override])
    assert len(told) > 1
    for line in told[1:]:
        assert f"--set {override.partition('=')[0]}" in line
        assert not re.search(
            r"valid (tuple|string|integer|boolean|number|dict)|match pattern|Input should|type=|instance of", line
        )
        assert "another kind" not in line, "a kind of error that has no words yet"


def test_a_text_of_digits_alone_stays_one(tmp_path):
    sha = "0" * 64
    path = write(tmp_path, f"translate: {{model: {{source: a/b, sha256: {sha}, revision: 2026-11-28}}}}\ncache: 007\n")
    config = load_config(path, [f"summarize.model.sha256={'1e' * 32}"], {"MT_ARTICLES__ID_FIELD": "7"})
    assert (config.translate.model.sha256, config.translate.model.revision, config.cache) == (sha, "2026-11-28", "007")
    assert (config.summarize.model.sha256, config.articles.id_field) == ("1e" * 32, "7")
    assert load_config(None, ["cache=null"], {}).cache is None


def test_variables_of_other_software_end_nothing_and_misspelt_ones_do(caplog):
    other = {"MT_HOME": "/x", "MT_DEVICE": "cuda", "MT_": "1", "MT_COLORS__DARK": "1"}
    assert load_config(environment=other) == Config()
    assert [record.args[0] for record in caplog.records] == [f"environment {name}" for name in sorted(other)]
    assert "MT_TRANSLATE__MODEL__DEVICE" in caplog.text
    for name, meant in (
        ("MT_TRNSLATE__DECODING__NUM_BEAMS", "MT_TRANSLATE__DECODING__NUM_BEAMS"),
        ("MT_OFLINE", "MT_OFFLINE"),
        ("MT_DECODING__NUM_BEAMS", "MT_TRANSLATE__DECODING__NUM_BEAMS"),
        ("MT_TRANSLATE__NUM_BEAMS", "translate.decoding.num_beams"),
    ):
        assert meant in "\n".join(faults(None, (), {name: "1"})), name


def test_another_summary_model_says_what_else_it_needs():
    assert "needs summarize.model.kind, too" in "\n".join(faults(None, ["summarize.model.source=a/b"]))
    assert "needs summarize.model.kind, too" in "\n".join(faults({"summarize.model.source": "a/b"}))
    config = load_config(None, ["summarize.model.source=a/b", "summarize.model.kind=seq2seq"], {})
    assert config.summarize.model.kind == "seq2seq"
    assert load_config("llm", ["summarize.model.source=a/b"], {}).summarize.model.kind == "chat", "what the file set"
