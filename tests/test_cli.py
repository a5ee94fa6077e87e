import json
import os
import re
import signal
import subprocess
import sys

import pytest
from fakes import FakeGenerator
from sample_report import FULL

from mt import cli
from mt.cli.suggestions import for_options
from mt.config import SummarizeConfig, TranslateConfig, config_names
from mt.errors import ConfigError, ModelError
from mt.pipeline import Pipeline
from mt.reports.text import as_brief, as_text
from mt.signatures import Signatures
from mt.summaries.summarizer import Summarizer
from mt.translation.translator import Translator

ARABIC = "قال الوزير إن الاجتماع كان مفيدا. وأضاف أن العمل مستمر."


@pytest.fixture
def line(monkeypatch):
    """Puts a fake model under every command; holds the configurations that were asked for."""
    asked = []

    def from_config(config, *, translate=True, resolved=None):
        asked.append(config)
        translator = Translator(FakeGenerator(lambda text: "The minister said so."), TranslateConfig(hints=()))
        summarizer = Summarizer(FakeGenerator(lambda text: "All said."), SummarizeConfig())
        return Pipeline.from_parts(
            translator if translate else None, summarizer if config.summarize.enabled else None, "signed"
        )

    monkeypatch.setattr(Pipeline, "from_config", from_config)
    monkeypatch.setattr("mt.signatures.signatures", lambda resolved: Signatures("t", "s"))
    return asked


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "أخبار اليوم"
    place.mkdir()
    (place / "خبر 1.txt").write_text(ARABIC, encoding="utf-8")
    (place / "b.txt").write_text("This one is English, and no more.", encoding="utf-8")
    (place / "c.jsonl").write_text(
        json.dumps({"id": "../x", "title": "عنوان", "text": ARABIC}) + "\n", encoding="utf-8"
    )
    return place


def test_translate_writes_only_english_to_stdout(line, folder, capsys):
    assert cli.main(["translate", str(folder / "خبر 1.txt")]) == 0
    out, err = capsys.readouterr()
    assert out == "The minister said so. The minister said so.\n"
    assert "2 sentences" in err
    assert not line[0].summarize.enabled


def test_translate_says_doubts_on_stderr_beside_the_text(line, tmp_path, capsys):
    article = tmp_path / "n.txt"
    article.write_text("قال الوزير ذلك. وقال إن عدد الزوار بلغ 425 شخصا.", encoding="utf-8")
    assert cli.main(["translate", str(article)]) == 0
    out, err = capsys.readouterr()
    assert "⚠" not in out
    assert "⚠ sentence 2: " in err
    assert "Number missing: 425 in the source only" in err
    assert "⚠ sentence 1" not in err


def test_fields_of_articles_come_from_the_configuration(line, tmp_path, capsys):
    table = tmp_path / "n.csv"
    table.write_text(f"body,id\n{ARABIC},7\n", encoding="utf-8")
    for command in ("translate", "run"):
        assert cli.main([command, str(table), "--set", "articles.text_field=body"]) == 0
        assert "mt: 7: 2 sentences" in capsys.readouterr().err


def test_a_data_set_of_the_hub_is_no_missing_file_and_not_asked_for_offline(line, capsys):
    assert cli.main(["translate", "hf:owner/name:train", "--offline"]) == 1
    assert "hf:owner/name:train: not read, because this run is offline" in capsys.readouterr().err


def test_one_bad_article_of_three_gives_exit_code_1_and_two_reports(line, folder, tmp_path, capsys):
    out_folder = tmp_path / "out"
    assert cli.main(["run", str(folder), "-o", str(out_folder)]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[-1] == str(out_folder / "index.html"), "what to open stands last"
    suffixes = sorted(path.suffix for path in (out_folder / "reports").iterdir())
    assert suffixes == sorted([".json", ".md", ".txt", ".html"] * 2)
    assert "2 done, 1 failed" in err
    [failure] = [json.loads(row) for row in (out_folder / "failures.jsonl").read_text(encoding="utf-8").splitlines()]
    assert failure["error"] == "InputError"
    assert "not Arabic" in failure["message"]
    assert "b.txt" in failure["place"]


def test_a_run_without_failures_leaves_no_failures_file(line, folder, tmp_path):
    out_folder = tmp_path / "out"
    assert cli.main(["run", str(folder / "خبر 1.txt"), "-o", str(out_folder), "--format", "json"]) == 0
    names = {"records.jsonl", "manifest.json", "journal.sqlite", "reports", "index.html"}
    assert {p.name for p in out_folder.iterdir()} == names
    assert [path.suffix for path in (out_folder / "reports").iterdir()] == [".json"]


def many(folder, count):
    path = folder / "many.jsonl"
    path.write_text("".join(json.dumps({"id": f"m{i}", "text": ARABIC}) + "\n" for i in range(count)), encoding="utf-8")
    return str(path)


def test_summaries_go_to_stdout_for_a_handful_of_articles_only_and_what_to_open_always(line, folder, tmp_path, capsys):
    assert cli.main(["run", many(folder, 20), "-o", str(tmp_path / "20"), "--format", "txt"]) == 0
    out = capsys.readouterr().out
    assert out.count("SUMMARY") == out.count("TRANSLATION") == 20
    assert out.endswith(f"{tmp_path / '20' / 'index.html'}\n")
    assert "Not kept" not in out
    assert cli.main(["run", many(folder, 21), "-o", str(tmp_path / "21"), "--format", "txt"]) == 0
    out, err = capsys.readouterr()
    assert (out, "21 done, 0 failed" in err) == (f"{tmp_path / '21' / 'index.html'}\n", True)
    assert cli.main(["run", many(folder, 21), "-o", str(tmp_path / "21"), "--format", "txt", "--show"]) == 0
    assert capsys.readouterr().out.count("TRANSLATION") == 21


def test_a_second_run_shows_the_report_again(line, folder, tmp_path, capsys):
    command = ["run", str(folder / "خبر 1.txt"), "-o", str(tmp_path / "out"), "--show"]
    assert cli.main(command) == 0
    first = capsys.readouterr().out
    assert "The minister said so." in first
    assert cli.main(command) == 0
    out, err = capsys.readouterr()
    assert out == first
    assert "خبر 1: kept from an earlier run" in err
    assert len(line) == 1


def test_the_limit_counts_articles(line, folder, tmp_path, capsys):
    assert cli.main(["run", many(folder, 9), "-o", str(tmp_path / "out"), "--limit", "5", "--format", "parquet"]) == 0
    assert (tmp_path / "out" / "records.parquet").is_file()
    assert len((tmp_path / "out" / "records.jsonl").read_text(encoding="utf-8").splitlines()) == 5
    assert not (tmp_path / "out" / "reports").exists()


def test_log_json_makes_every_line_of_stderr_an_object(line, folder, tmp_path, capsys):
    assert cli.main(["run", str(folder), "-o", str(tmp_path / "out"), "--log-json"]) == 1
    events = [json.loads(row) for row in capsys.readouterr().err.splitlines()]
    assert {event["event"] for event in events} == {"failed", "activity", "progress", "note"}
    [failed] = [event for event in events if event["event"] == "failed"]
    assert (failed["error"], "b.txt" in failed["place"]) == ("InputError", True)
    (tmp_path / "file").write_text("x")
    assert cli.main(["run", str(folder), "-o", str(tmp_path / "file"), "--log-json"]) == 2
    [event] = [json.loads(row) for row in capsys.readouterr().err.splitlines()]
    assert (event["event"], "cannot be written" in event["message"]) == ("error", True)


def test_a_fault_in_mt_is_told_from_failed_articles(line, folder, tmp_path, capsys, monkeypatch):
    def fail(self, tasks):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(Pipeline, "stream", fail)
    assert cli.main(["run", str(folder), "-o", str(tmp_path / "out")]) == 2
    err = capsys.readouterr().err
    assert "ZeroDivisionError: a bug" in err
    assert "a bug in mt" in err


def test_without_a_folder_the_report_goes_to_stdout(line, folder, capsys):
    assert cli.main(["run", str(folder / "خبر 1.txt")]) == 0
    out, _ = capsys.readouterr()
    assert "3 marked ⚠, explained with --show or -o FOLDER." in out
    assert out.endswith("\nTRANSLATION\n\nThe minister said so. (⚠3) The minister said so.\n\n")


def test_without_a_folder_the_beginning_of_a_long_article_is_printed_and_where_the_rest_is(line, folder, capsys):
    (folder / "long.txt").write_text(" ".join(["قال الوزير في المدينة إن الاجتماع مفيد جدا."] * 30), encoding="utf-8")
    article = str(folder / "long.txt")
    assert cli.main(["run", article]) == 0
    brief = capsys.readouterr().out
    assert "\nDOUBTS\n" not in brief
    assert "… (18 more sentences with --show or -o FOLDER)" in brief.partition("\nTRANSLATION\n")[2]
    assert cli.main(["run", article, "--show"]) == 0
    whole = capsys.readouterr().out
    translation = whole.partition("\nTRANSLATION\n")[2].partition("\nDOUBTS\n")[0]
    assert (translation.count("The minister said so."), "more sentences" in whole) == (30, False)
    assert cli.main(["run", article, "-v"]) == 0
    assert capsys.readouterr().out.startswith(f"{whole.rstrip()}\n\nREPAIRS\n")


def test_json_is_one_record_a_line(line, folder, capsys):
    assert cli.main(["translate", "--json", str(folder)]) == 1
    rows = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert len(rows) == 2


def test_summarize_takes_english(line, folder, capsys):
    (folder / "long.txt").write_text("This is one sentence of an English article. " * 10, encoding="utf-8")
    assert cli.main(["summarize", str(folder / "long.txt")]) == 0
    assert capsys.readouterr().out == "All said.\n"


def test_standard_input(line, monkeypatch, capsys):
    import io

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ARABIC.encode()), encoding="ascii"))
    assert cli.main(["translate", "-"]) == 0
    assert capsys.readouterr().out == "The minister said so. The minister said so.\n"


def test_missing_files_are_told_before_any_work(line, folder, capsys):
    assert cli.main(["run", str(folder / "خبر 1.txt"), "nowhere.txt", "neither"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "nowhere.txt" in err
    assert "neither" in err
    assert line == []


@pytest.mark.parametrize("error", [ModelError("no such model"), ConfigError("faults")])
def test_what_makes_a_run_impossible_gives_exit_code_2(monkeypatch, folder, capsys, error):
    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr(Pipeline, "from_config", fail)
    assert cli.main(["run", str(folder), "-c", "embedded-small"]) == 2
    assert capsys.readouterr().err == f"mt: {error}\n"


def test_check_config_prints_what_is_in_force(capsys, monkeypatch):
    monkeypatch.setenv("MT_TRANSLATE__DECODING__NUM_BEAMS", "7")
    assert cli.main(["check-config", "-c", "opus-fast", "--set", "offline=true"]) == 0
    import yaml

    values = yaml.safe_load(capsys.readouterr().out)
    assert values["translate"]["model"]["source"] == "Helsinki-NLP/opus-mt-ar-en"
    assert (values["translate"]["decoding"]["num_beams"], values["offline"]) == (7, True)


def test_check_config_tells_all_faults(capsys):
    assert cli.main(["check-config", "--set", "a=1", "--set", "b=2"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("unknown key")) == ("", 2)


def process(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "mt", *arguments], capture_output=True, text=True, check=False, **options
    )


@pytest.mark.parametrize("arguments, code", [
    (["--help"], 0), (["--version"], 0), (["run", "--help"], 0), ([], 2), (["run"], 2), (["fly"], 2),
    (["run", "nowhere.txt"], 2), (["check-config", "-c", "nothing"], 2),
    (["translate", "-c", "opus-big", "--set", "translate.model.source=./no-such-folder", __file__], 2),
])  # fmt: skip
def test_exit_codes_of_real_processes(arguments, code):
    done = process(*arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert bool(done.stdout) == (code == 0)


def test_help_is_quick():
    """In CPU time, with a wide bound; `scripts/bench` is for measuring. It fails when torch is imported."""
    start = os.times()
    assert process("--help").returncode == 0
    end = os.times()
    assert end.children_user + end.children_system - start.children_user - start.children_system < 3
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "mt", "--help"], capture_output=True, text=True, check=True
    ).stderr
    assert not any(name in loaded for name in ("torch", "transformers", "pydantic", "yaml"))


def test_an_interrupt_ends_with_130():
    code = (
        "import signal, sys, time; from mt import cli; from mt.cli import setup\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job has it ignored\n"
        "def wait(options): print('ready', flush=True); time.sleep(60)\n"
        "setup.check_config = wait\n"
        "sys.exit(cli.main(['check-config']))"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (130, "mt: interrupted\n")


@pytest.mark.parametrize("key", ["glossaries", "hints"])
def test_a_glossary_with_faults_is_a_fault_of_the_configuration(tmp_path, capsys, key):
    (tmp_path / "mine.tsv").write_text("الصين\n", encoding="utf-8")
    option = f"translate.{key}=[{tmp_path / 'mine.tsv'}]"
    assert cli.main(["check-config", "--set", option]) == 2
    out, err = capsys.readouterr()
    assert (out, f"{tmp_path / 'mine.tsv'}:1: found 1 column" in err) == ("", True)


def test_a_reader_that_goes_away_is_no_crash():
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "mt", "check-config"], stdout=gone, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_reports_are_made_anew_without_a_model(line, folder, tmp_path, capsys, monkeypatch):
    out = tmp_path / "out"
    assert cli.main(["run", str(folder), "-o", str(out), "--format", "html"]) == 1
    before = {path.name: path.read_bytes() for path in (*out.glob("reports/*"), out / "index.html")}
    for path in (*out.glob("reports/*"), out / "index.html"):
        path.unlink()
    capsys.readouterr()
    monkeypatch.setattr("mt.pipeline.Pipeline.from_config", None)
    assert cli.main(["report", str(out)]) == 0
    told, err = capsys.readouterr()
    assert told == f"{out / 'index.html'}\n"
    assert "2 reports rebuilt; 1 failed" in err
    assert {path.name: path.read_bytes() for path in (*out.glob("reports/*"), out / "index.html")} == before
    assert cli.main(["report", str(out), "--format", "md", "--format", "parquet"]) == 0
    assert len(list(out.glob("reports/*.md"))) == 2
    assert (out / "records.parquet").is_file()
    assert cli.main(["report", str(tmp_path)]) == 2
    assert "records.jsonl: no such file" in capsys.readouterr().err


def test_summarize_refuses_a_licence_that_was_not_accepted(line, folder, capsys):
    off = ["--set", "summarize.enabled=false", "--set", "summarize.model.noncommercial=true"]
    assert cli.main(["summarize", str(folder / "long.txt"), *off]) == 2
    assert "allow_noncommercial" in capsys.readouterr().err
    assert line == []


@pytest.mark.parametrize("arguments, hint", [
    (["trnslate", "a.txt"], "did you mean translate?"),
    (["run", "a.txt", "--format", "html,md"], "--format html --format md"),
    (["run", "a.txt", "--format", "htm"], "did you mean html?"),
    (["check-config", "-c", "a", "-c", "b"], "-c is given twice (a, b)"),
    (["check-config", "--set", "num_beams=2"], "did you mean translate.decoding.num_beams"),
    (["run", "a.txt", "--wrods", "40"], "did you mean --words?"),
    (["run", "--wrods=40"], "did you mean --words?"),
    (["run", "a.txt", "-words", "40"], "did you mean --words?"),
    (["evaluate", "--refrence", "a"], "did you mean --reference?"),
    (["train", "a.tsv", "-o", "out", "--minuts", "5"], "did you mean --minutes?"),
    (["models", "--ofline"], "did you mean --offline?"),
    (["--versoin"], "did you mean --version?"),
    (["translate", "a.txt", "--words", "40"], "--words is an option of `mt run` and `mt summarize`"),
    (["run", "--version"], "--version is an option of `mt`"),
])  # fmt: skip
def test_errors_say_what_was_meant(capsys, arguments, hint):
    try:
        code = cli.main(arguments)
    except SystemExit as end:
        code = end.code
    assert (code, hint in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize("arguments", [
    ["--zzz"], ["-oout"], ["-vo", "out"], ["--outp", "out"], ["-1"], ["--", "--wrods"], ["-"], ["--set", "a=b"],
])  # fmt: skip
def test_nothing_is_suggested_where_nothing_is_close(arguments):
    options = {"run": ["-o", "--output", "-v", "--words", "--set"], "merge": ["--other"]}
    assert for_options(arguments, "run", options) == ""


def test_an_error_is_one_line_and_names_the_help_of_its_command(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["run", "a.txt", "--zzz"])
    err = capsys.readouterr().err
    assert end.value.code == 2
    assert err == "mt run: error: unrecognized arguments: --zzz\n`mt run --help` lists the options\n"


def test_help_names_every_ready_configuration(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    told = capsys.readouterr().out
    assert "examples:" in told
    for name in config_names():
        assert re.search(rf"^  {name} ", told, re.MULTILINE), name


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_knows_commands_and_options(capsys, shell):
    with pytest.raises(SystemExit) as end:
        cli.main(["--print-completion", shell])
    script = capsys.readouterr().out
    assert end.value.code == 0
    assert all(name in script for name in ("check-config", "retry-failed", "bullets")), (
        "tcsh lists options without dashes"
    )


@pytest.mark.parametrize("options, style, words, bullets", [
    (["--words", "40"], ("paragraph",), 40, None),
    (["--bullets", "3"], ("bullets",), None, 3),
    (["--style", "headline", "--style", "bullets", "--bullets", "2"], ("headline", "bullets"), None, 2),
])  # fmt: skip
def test_form_and_length_of_summaries_are_options(line, folder, capsys, options, style, words, bullets):
    (folder / "long.txt").write_text("This is one sentence of an English article. " * 10, encoding="utf-8")
    assert cli.main(["summarize", str(folder / "long.txt"), *options]) == 0
    length = line[0].summarize.length
    assert (line[0].summarize.style, length.words, length.bullets) == (style, words, bullets)


def test_a_run_prints_its_repairs_with_v_only(line, folder, tmp_path, capsys, monkeypatch):
    whole = []
    monkeypatch.setattr("mt.reports.text.as_text", lambda report, repairs: f"{(whole.append(repairs), 'whole')[1]}")
    for options in (["-v"], ["--show"], ["--show", "-v"], []):
        assert cli.main(["run", str(folder / "خبر 1.txt"), "-o", str(tmp_path / "out"), *options]) == 0
    assert whole == [True, False, True]


def test_repairs_are_shown_on_request_only():
    assert "Not kept" in as_text(FULL)
    assert "Not kept" not in as_text(FULL, repairs=False)
    assert "Not kept" not in as_brief(FULL)
    assert len(as_brief(FULL)) < len(as_text(FULL, repairs=False))


def test_nothing_is_coloured():
    assert "\x1b" not in process("--help", env={**os.environ, "FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout


def test_check_config_asks_whether_the_models_exist(tmp_path, monkeypatch, capsys):
    """The Hub is a stand-in here; what it answers goes through the same errors as a download's."""
    from huggingface_hub.errors import RepositoryNotFoundError

    from mt.engines.models import hub

    options = ["check-config", "-c", "opus-fast"]
    monkeypatch.setattr(hub, "_found", lambda *arguments, **options: None)
    monkeypatch.setattr(hub, "_listing", lambda repo_id, revision: ("config.json", "model.safetensors"))
    assert cli.main(options) == 0
    assert capsys.readouterr().err == "mt: the configuration is valid\n"

    def no_network(repo_id, revision):
        raise ConnectionError("no route")

    monkeypatch.setattr(hub, "_listing", no_network)
    assert cli.main(options) == 0
    told = capsys.readouterr().err
    assert told.count("mt: not checked: ") == 2
    assert "as far as it could be checked" in told

    def no_such_model(repo_id, revision):
        error = RepositoryNotFoundError.__new__(RepositoryNotFoundError)
        raise error

    monkeypatch.setattr(hub, "_listing", no_such_model)
    assert cli.main(options) == 2
    assert "translate.model: Helsinki-NLP/opus-mt-ar-en: no such model on the Hub" in capsys.readouterr().err
    assert cli.main([*options, "--offline"]) == 0
    assert "not in the cache; the Hub was not asked whether it exists" in capsys.readouterr().err
    missing = f"translate.model.source={tmp_path / 'missing'}"
    assert cli.main([*options, "--offline", "--set", missing]) == 2
    assert "translate.model: " in capsys.readouterr().err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a Linux device")
@pytest.mark.parametrize("redirect, told", [
    ("> /dev/full", "cannot write to standard output: No space left on device"),
    (">&-", "standard output is closed"),
])  # fmt: skip
def test_an_output_that_takes_nothing_ends_the_command(redirect, told):
    done = subprocess.run(
        f'"{sys.executable}" -m mt check-config {redirect}', shell=True, stderr=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.strip() == f"mt: {told}"
