"""Evaluation: scores against other computations of them, tests of significance, reading, tables, and the command."""

from __future__ import annotations

import json
import re
import sys
import weakref
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import sacrebleu
from fakes import FakeGenerator

from mt import cli
from mt.config import SummarizeConfig, load_config
from mt.errors import ConfigError, InputError, ModelError
from mt.evaluation import Configured, Request, as_json, as_markdown, evaluate, gather
from mt.evaluation.columns import Column, align, read_column
from mt.evaluation.comet import Comet, score_comet
from mt.evaluation.doubts import Checked, checked_summary, checked_translation, flag_rates
from mt.evaluation.floor import Floor, Pair, read_floor, write_floor
from mt.evaluation.making import make_translations
from mt.evaluation.resampling import mean, paired_p_value, ratio
from mt.evaluation.scores import Evaluation, Score, SystemScores
from mt.evaluation.summaries import novelty, score_summaries
from mt.evaluation.translations import score_translations
from mt.pipeline import Pipeline
from mt.records import (
    Article,
    Flag,
    Generated,
    Report,
    Segment,
    Summary,
    SummarySentence,
    TranslatedSegment,
    Translation,
)
from mt.reports.json import report_as_json
from mt.signatures import Resolved
from mt.summaries.summarizer import Summarizer
from mt.translation.translator import Translator

REFERENCES = (
    "The minister arrived in the capital on Monday morning.",
    "Oil prices rose by two percent after the meeting.",
    "The court postponed the hearing until next week.",
    "Heavy rain closed three roads in the north of the country.",
    "The two sides agreed to continue the talks in Geneva.",
    "The team won the final match by two goals to one.",
)
GOOD = tuple(text.replace("The ", "A ") for text in REFERENCES)
BAD = tuple(" ".join(reversed(text.split()[:5])) for text in REFERENCES)


# ---------------------------------------------------------------- resampling


def test_a_mean_has_the_interval_of_its_standard_error():
    values = np.random.default_rng(7).normal(50, 10, 400)
    found = mean(list(values), resamples=4000)
    error = 1.96 * values.std() / 20
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - error, abs=0.15)
    assert found.high == pytest.approx(values.mean() + error, abs=0.15)


def test_a_mean_of_equal_values_is_sure():
    found = mean([3.0] * 5)
    assert (found.value, found.low, found.high) == pytest.approx((3, 3, 3))


def test_a_ratio_is_of_sums_and_not_a_mean_of_ratios():
    assert ratio([1, 0], [1, 9]).value == pytest.approx(0.1)
    assert ratio([0, 0], [0, 0]).value == 0


@pytest.mark.parametrize(
    "values, baseline, exact",
    [
        ([2, 3, 4], [1, 2, 3], 2 / 8),  # of the eight ways to swap, two give a difference of 3
        ([2, 3, 4, 5, 6], [1, 2, 3, 4, 5], 2 / 32),
        ([1, 2, 3], [1, 2, 3], 1),
        ([4, 0], [1, 1], 1),  # differences 3 and -1: all four swaps give at least 2
    ],
)
def test_the_paired_test_agrees_with_counting_all_swaps(values, baseline, exact):
    assert paired_p_value(values, baseline) == pytest.approx(exact, abs=0.015)


def test_the_paired_test_sees_a_clear_difference():
    assert paired_p_value(list(range(1, 21)), [0.0] * 20) < 0.001


# ---------------------------------------------------------------- translations


def test_scores_of_translations_are_those_of_sacrebleu():
    [scores] = score_translations([GOOD], REFERENCES, resamples=50)
    assert {score.metric: score.value for score in scores} == pytest.approx(
        {
            "BLEU": sacrebleu.corpus_bleu(GOOD, [REFERENCES]).score,
            "chrF": sacrebleu.corpus_chrf(GOOD, [REFERENCES]).score,
            "chrF++": sacrebleu.corpus_chrf(GOOD, [REFERENCES], word_order=2).score,
        }
    )
    assert all(score.low < score.value < score.high and score.p_value is None for score in scores)
    assert [re.search(r"nw:\d|tok:\w+", score.signature)[0] for score in scores] == ["tok:13a", "nw:0", "nw:2"]
    assert all("bs:50|seed:12345" in score.signature for score in scores)


def test_a_clearly_worse_translation_is_significantly_so_and_an_equal_one_is_not():
    _, worse, equal = score_translations([GOOD, BAD, GOOD], REFERENCES, resamples=300)
    assert all(score.is_significant and score.p_value < 0.01 for score in worse)
    assert all(score.p_value == 1.0 and not score.is_significant for score in equal)


def test_a_difference_in_one_of_many_sentences_is_not_significant():
    almost = (*GOOD[:-1], GOOD[-1].replace("goals", "points"))
    _, other = score_translations([GOOD, almost], REFERENCES, resamples=300)
    assert all(score.p_value > 0.05 for score in other)


# ---------------------------------------------------------------- summaries


@pytest.mark.parametrize(
    "reference, summary, rouge_1, rouge_2, rouge_lsum",
    [
        # Each has five words; four are shared, and two of four pairs: "rain fell", "roads closed". By sentences the
        # longest common parts are "rain fell" and "roads closed"; in one piece they would be two words only.
        ("Rain fell today. Roads closed.", "Roads closed. Rain fell hard.", 80, 50, 80),
        # Precision 1 and recall 2/3; of pairs 1 and 1/2.
        ("Rain fell today.", "Rain fell.", 80, 100 * 2 / 3, 80),
        # The stems are the same.
        ("Roads closed.", "Road closing.", 100, 100, 100),
    ],
)
def test_rouge_is_what_one_counts_by_hand(reference, summary, rouge_1, rouge_2, rouge_lsum):
    [scores] = score_summaries([[summary]], [reference], [[]])
    assert [score.value for score in scores[:3]] == pytest.approx([rouge_1, rouge_2, rouge_lsum])
    assert (scores[3].metric, scores[3].value) == ("words", len(summary.split()))


def test_rouge_is_a_mean_over_summaries_with_significance_against_the_first_system():
    exact, none, same = score_summaries([REFERENCES, ["Nothing."] * 6, REFERENCES], REFERENCES, [[], [], []])
    assert [(score.value, score.p_value) for score in exact[:3]] == [(pytest.approx(100), None)] * 3
    assert [score.value for score in none[:3]] == [0, 0, 0]
    assert all(score.is_significant for score in none[:3])
    assert all(score.p_value == 1 for score in same[:3])
    assert none[3].metric == "words"
    assert none[3].p_value is None
    assert "ar:10000" in none[0].signature
    assert "ar:" not in exact[0].signature


@pytest.mark.parametrize(
    "summary, article, share",
    [
        ("The king spoke.", "Today the King spoke in Rabat.", 0),
        ("The king sang today.", "Today the king spoke.", 2 / 3),  # "the king" is old, "king sang", "sang today" new
        ("Nothing of it.", "All else.", 1),
        ("Yes.", "No.", 0),
    ],
)
def test_novelty_is_the_share_of_new_word_pairs(summary, article, share):
    assert novelty(summary, article) == pytest.approx(share)


def test_without_rouge_score_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "rouge_score.rouge_scorer", None)
    with pytest.raises(ConfigError, match=re.escape("pip install '.[evaluate]'")):
        score_summaries([["a"]], ["a"], [[]])


# ---------------------------------------------------------------- flags


def test_rates_are_shares_of_pieces_with_the_same_names_for_all():
    flagged = Checked.of([[Flag("loop")], [Flag("loop"), Flag("too-long")], [], []])
    clean = Checked.of([[]])
    one, other = flag_rates([[flagged, clean], [clean, clean]])
    assert {score.metric: score.value for score in one} == pytest.approx({"any": 40, "loop": 40, "too-long": 20})
    assert {score.metric: score.value for score in other} == {"any": 0, "loop": 0, "too-long": 0}


def test_what_only_a_model_can_tell_is_no_rate_of_plain_texts():
    told = Checked.of([[Flag("unsure")], [Flag("loop")]])
    one, other, nothing = flag_rates([[told], [checked_translation("مرحبا", "")], []])
    assert [score.metric for score in one] == ["empty", "loop", "unsure"]
    assert [(score.metric, score.value) for score in other] == [("empty", 100), ("loop", 0)]
    assert nothing == ()


@pytest.mark.parametrize("name", ["inconsistent", "unchecked", "doubtful-source", "term-missing"])
def test_what_a_second_model_a_glossary_or_a_translation_tells_is_no_rate_of_plain_texts(name):
    of_a_run = Checked.of([[Flag(name)], [Flag("loop")]])
    one, other = flag_rates([[of_a_run], [checked_summary("The king met Ali.", "The king met Ali.")]])
    assert {score.metric for score in one} == {name, "loop"}
    assert [score.metric for score in other] == ["loop"]


def test_plain_texts_are_checked_against_their_source():
    source = "وصل 57 لاعبا من الفريق إلى العاصمة أمس"
    assert checked_translation(source, "Dozens of players of the team came to the capital.").pieces == (
        frozenset({"number-missing"}),
    )
    summary = "The king met Ali. He met Omar 12 times. So so so so it was."
    assert checked_summary("The king met Ali in May.", summary).pieces == (
        frozenset(),
        frozenset({"unsupported-name", "unsupported-number"}),
        frozenset({"loop"}),
    )


# ---------------------------------------------------------------- COMET

STAND_IN = """#!{python}
import json, sys
value = lambda name: sys.argv[sys.argv.index(name) + 1]
start, end = sys.argv.index("-t"), sys.argv.index("-r")
lines = lambda path: open(path, encoding="utf-8").read().splitlines()
assert value("--model") == "a/model" and value("--gpus") == "0" and "--quiet" in sys.argv
pairs = list(zip(lines(value("-s")), lines(value("-r"))))
files = sys.argv[start + 1 : end]
{fault}
scores = {{f: [{{"COMET": 1.0 if mt == ref else 0.5}} for mt, (src, ref) in zip(lines(f), pairs)] for f in files}}
json.dump(scores, open(value("--to_json"), "w"))
"""


@pytest.fixture
def comet(tmp_path):
    """A stand-in for comet-score: 1.0 where a translation is its reference, else 0.5."""

    def make(fault: str = "") -> Comet:
        program = tmp_path / "comet-score"
        program.write_text(STAND_IN.format(python=sys.executable, fault=fault))
        program.chmod(0o755)
        return Comet(str(program), "a/model")

    return make


def test_comet_is_the_mean_of_what_its_program_writes(comet):
    half = (*REFERENCES[:3], *BAD[3:])
    first, second = score_comet(comet(), [REFERENCES, half], REFERENCES, REFERENCES)
    assert (first.value, second.value) == pytest.approx((100, 75))
    assert (first.p_value, second.p_value) == (None, pytest.approx(0.25, abs=0.02))
    assert second.low < 75 < second.high
    assert "a/model" in first.signature


def test_a_newline_in_a_translation_moves_no_score(comet):
    broken = ("The minister arrived\nin the capital on Monday morning.", *REFERENCES[1:])
    [score] = score_comet(comet(), [broken], REFERENCES, REFERENCES)
    assert score.value == pytest.approx(100)


@pytest.mark.parametrize(
    "fault, message",
    [
        ("print('no such model', file=sys.stderr); sys.exit(3)", r"exit code 3:\nno such model"),
        ("sys.exit(0)", r"cannot be read \(FileNotFoundError"),
        ("files = files[1:]", "cannot be read .KeyError"),
        ("pairs = pairs[1:]", "5 scores for system0.txt, expected 6"),
    ],
)
def test_a_comet_program_that_fails_is_told(comet, fault, message):
    with pytest.raises(ModelError, match=message):
        score_comet(comet(fault), [REFERENCES], REFERENCES, REFERENCES)


def test_a_missing_comet_program_is_told_with_the_way_to_it():
    with pytest.raises(ConfigError, match=r"not a program.*pip install unbabel-comet"):
        score_comet(Comet("no-such-comet"), [GOOD], REFERENCES, REFERENCES)


# ---------------------------------------------------------------- reading


def report(identity: str, *, flags: tuple[Flag, ...] = (), summary: str | None = "All of it.") -> Report:
    source = Segment(0, 0, 5, "جملة.")
    segments = (TranslatedSegment(source, f"English of {identity}.", -0.3, flags), TranslatedSegment(source, "More."))
    made = None if summary is None else Summary((SummarySentence(summary, (), flags),), 1, (Flag("extractive"),))
    return Report(Article(identity, "جملة. جملة."), Translation((), segments), made, "signed")


def lines(*values: object) -> str:
    return "".join(f"{value if isinstance(value, str) else json.dumps(value)}\n" for value in values)


@pytest.mark.parametrize(
    "name, content, place, role, texts",
    [
        ("a.txt", "one\n\u2028two \n\nthree", "a.txt", "source", ("one", "two", "", "three")),
        ("a.en", "\ufeffone\r\ntwo\r\n", "a.en", "reference", ("one", "two")),
        ("a.tsv", 'x\t"y\nz\tw\n', "a.tsv", "source", ("x", "z")),
        ("a.tsv", 'x\t"y\nz\tw\n', "a.tsv", "reference", ('"y', "w")),
        ("a.tsv", "x\ty\tq\n", "a.tsv#3", "hypothesis", ("q",)),
        ("a.tsv", "x\ty\n\n\t\nz\t\n", "a.tsv#2", "hypothesis", ("y", "", "")),
        ("a.jsonl", lines({"reference": "r"}, {"reference": "s"}), "a.jsonl", "reference", ("r", "s")),
        ("a.jsonl", lines({"outputs": {"bart": "b"}}), "a.jsonl#outputs.bart", "hypothesis", ("b",)),
        ("a#1.txt", "one\n", "a#1.txt", "source", ("one",)),
    ],
)
def test_texts_are_read_from_every_form(write, tmp_path, name, content, place, role, texts):
    write(name, content)
    assert read_column(str(tmp_path / place), role, "translation").texts == texts


@pytest.mark.parametrize(
    "name, content, place, message",
    [
        ("a.tsv", "x\ty\nz\n", "a.tsv#2", r"a\.tsv:2: found 1 columns, expected column 2"),
        ("a.tsv", "x\n", "a.tsv#0", "found column '0', expected a whole number, at least 1"),
        ("a.jsonl", lines({"text": "t"}), "a.jsonl", r"a\.jsonl:1: no field 'hypothesis'; found text"),
        ("a.jsonl", lines({"h": 1}), "a.jsonl#h", "found int, expected a text"),
        ("a.jsonl", "{\n", "a.jsonl#h", r"a\.jsonl:1: not JSON"),
        ("a.jsonl", "[]\n", "a.jsonl#h", "found list, expected an object"),
        ("a.jsonl", lines({"id": 1, "h": ""}, {"id": "1", "h": ""}), "a.jsonl#h", "the id '1' appears twice"),
        ("a.jsonl", '{"format": 1}\n', "a.jsonl", r"a\.jsonl:1: not a report"),
        ("a.txt", "x\n", "a.txt#2", "a field .#2. is for"),
        ("a.txt", b"\xff\xfe", "a.txt", "not UTF-8"),
        ("a.txt", "", "b.txt", r"b\.txt: cannot be read: No such file"),
        ("d/a.txt", "", "d", r"found no records\.jsonl and no reports"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(write, tmp_path, name, content, place, message):
    write(name, content)
    with pytest.raises(InputError, match=message):
        read_column(str(tmp_path / place), "hypothesis", "translation")


@pytest.mark.parametrize("form", ["out/records.jsonl", "out/", "reports/"])
def test_reports_of_a_run_are_matched_by_article_id_and_keep_their_flags(write, tmp_path, form):
    reports = [report("a"), report("b", flags=(Flag("loop"),)), report("c")]
    write("out/records.jsonl", lines(*(report_as_json(each, indent=None) for each in reports)))
    for each in reports:
        write(f"reports/{each.article.id}.json", report_as_json(each))
    references = read_column(
        str(write("r.jsonl", lines({"id": "c", "reference": "C"}, {"id": "b", "reference": "B"}))),
        "reference",
        "translation",
    )
    column = align(read_column(str(tmp_path / form), "hypothesis", "translation"), references)
    assert column.texts == ("English of c. More.", "English of b. More.")
    assert column.sources == ("جملة. جملة.",) * 2
    assert [item.pieces for item in column.checked] == [(frozenset(), frozenset()), (frozenset({"loop"}), frozenset())]
    assert column.made_by == "signed"


def test_summaries_of_reports_are_checked_against_their_translation(write):
    file = write("a.json", report_as_json(report("a", flags=(Flag("unsupported-name"),))))
    column = read_column(str(file), "hypothesis", "summaries")
    assert (column.texts, column.sources) == (("All of it.",), ("English of a. More.",))
    assert column.checked[0].pieces == (frozenset({"unsupported-name", "extractive"}),)
    file = write("b.json", report_as_json(report("b", summary=None)))
    with pytest.raises(InputError, match="1 of 1 reports have no summary, the first is 'b'"):
        read_column(str(file), "hypothesis", "summaries")


def test_texts_that_do_not_fit_the_references_are_refused_with_both_counts(write):
    two = read_column(str(write("two.txt", "a\nb\n")), "reference", "translation")
    three = read_column(str(write("three.txt", "a\nb\nc\n")), "hypothesis", "translation")
    with pytest.raises(InputError, match=r"three\.txt has 3 texts and .*two\.txt has 2"):
        align(three, two)
    reports = read_column(str(write("a.json", report_as_json(report("a")))), "hypothesis", "translation")
    with pytest.raises(InputError, match="matched with references by article id"):
        align(reports, replace(two, texts=("a",)))
    with pytest.raises(InputError, match=r"1 of 2 ids in .*two\.txt are not among its 1: z"):
        align(reports, replace(two, ids=("a", "z")))


# ---------------------------------------------------------------- making


@pytest.fixture
def models(monkeypatch):
    """Fakes under `--make`: a translator that knows one sentence, a summarizer that says one thing.

    `events` has what was found, and what was loaded with the number of other translators that were there then.
    """
    loaded = []

    def from_config(config, *, translate=True, resolved=None):
        beams = config.translate.decoding.num_beams
        models.events.append(("loaded", beams, sum(other() is not None for other in loaded)))
        generator = FakeGenerator(lambda text: models.answer(text) if beams == 4 else models.other(text))
        loaded.append(weakref.ref(generator))
        translator = Translator(generator, config.translate)
        summarizer = Summarizer(FakeGenerator(lambda text: "The minister arrived."), SummarizeConfig())
        return Pipeline.from_parts(
            translator if translate else None, summarizer if config.summarize.enabled else None, "made so"
        )

    def folder(resolved, model, *, fetch=True):
        models.events.append(("found", model.source))

    models = SimpleNamespace(answer=lambda text: REFERENCES[0], other=lambda text: REFERENCES[1], events=[])
    monkeypatch.setattr(Pipeline, "from_config", from_config)
    monkeypatch.setattr(Resolved, "folder", folder)
    return models


def test_what_is_made_is_clean_whole_and_carries_the_flags_of_a_run(models):
    models.answer = lambda text: Generated(f"<{text}>", -2.0, 1, 1, finished=True)
    sources = Column("here", ("وصل الوفد.  ثم غـــادر.", "", "42"), ids=("a", "b", "c"))
    made = make_translations(Resolved(load_config("embedded", ["translate.repair.mode=off"])), sources)
    assert made.texts == ("<وصل الوفد. ثم غادر.>", "", "42")
    assert made.ids == ("a", "b", "c")
    assert made.checked[0].pieces == (frozenset({"arabic-left", "copied", "unsure"}),)
    assert made.checked[1].pieces == ()


def test_one_failure_is_a_flag_and_only_failures_are_an_error(models):
    def answer(text: str) -> str:
        if "وصل" in text:
            raise ModelError("no memory")
        return "He left."

    models.answer = answer
    config = Resolved(load_config("embedded", ["translate.repair.mode=off"]))
    made = make_translations(config, Column("here", ("وصل الوفد.", "غادر الوفد.")))
    assert made.texts == ("", "He left.")
    assert made.checked[0].pieces == (frozenset({"failed"}),)
    with pytest.raises(ModelError, match="failed on all 1 sentences; the first time with: no memory"):
        make_translations(config, Column("here", ("وصل الوفد.",)))


# ---------------------------------------------------------------- tables


def score(metric: str, value: float, p_value: float | None = None, *, better: bool = True) -> Score:
    return Score(metric, value, value - 1, value + 1, f"sig-{metric}", p_value, better)


def test_the_table_marks_the_best_and_what_differs_from_the_baseline():
    systems = (
        SystemScores("a|b", (score("BLEU", 30.04), score("words", 9, better=False)), made_by="signed"),
        SystemScores("up", (score("BLEU", 40, 0.01),), (score("loop", 2, better=False),)),
        SystemScores("down", (score("BLEU", 20, 0.049), score("words", 12, better=False))),
        SystemScores("even", (score("BLEU", 30, 0.05),)),
    )
    rows = as_markdown(Evaluation("summaries", 1234, 1000, systems)).splitlines()
    assert "1,234 summaries" in rows[0]
    assert rows[2:8] == [
        "| system | BLEU | words |",
        "| --- | ---: | ---: |",
        "| a\\|b | 30.0 [29.0, 31.0] | 9.0 [8.0, 10.0] |",
        "| up | **40.0** [39.0, 41.0] ▲ |  |",
        "| down | 20.0 [19.0, 21.0] ▼ | 12.0 [11.0, 13.0] |",
        "| even | 30.0 [29.0, 31.0] |  |",
    ]
    text = "\n".join(rows)
    assert "worse than a|b, statistically significant" in text
    assert "that the checks flag (empty: cannot be seen in the text alone):" in text
    assert "| up | 2.0 [1.0, 3.0] |" in text
    assert "a\\|b, made by: `signed`" in text


def test_one_system_alone_is_not_called_the_best():
    text = as_markdown(Evaluation("translation", 3, 10, (SystemScores("a", (score("BLEU", 30),)),)))
    assert "**" not in text
    assert "nothing to compare" in text


def test_the_best_is_so_by_what_is_not_printed_too():
    close = [SystemScores("a", (score("BLEU", 30.04),)), SystemScores("b", (score("BLEU", 30.01),))]
    rows = as_markdown(Evaluation("translation", 3, 10, tuple(close))).splitlines()
    assert [row.count("**") for row in rows[4:6]] == [2, 0]


def test_json_holds_every_number():
    scores = SystemScores("a", (score("BLEU", 30.123456),), (score("loop", 2.5),), "signed")
    record = json.loads(as_json(Evaluation("translation", 3, 10, (scores,))))
    assert (record["kind"], record["items"], record["resamples"], record["baseline"]) == ("translation", 3, 10, "a")
    [system] = record["systems"]
    assert system["scores"][0]["value"] == 30.123456
    assert system["flags"][0]["metric"] == "loop"


# ---------------------------------------------------------------- the whole


@pytest.fixture
def files(write):
    """Six sentences with references, outputs of a good and a bad system."""
    sources = [f"جملة رقم {index} من ستة جمل" for index in range(6)]
    write("pairs.tsv", lines(*(f"{ar}\t{en}" for ar, en in zip(sources, REFERENCES, strict=True))))
    write("good.txt", lines(*GOOD))
    return write("bad.txt", lines(*BAD)).parent


def test_systems_are_compared_side_by_side_with_the_named_baseline(files):
    request = Request(
        reference=str(files / "pairs.tsv"),
        source=str(files / "pairs.tsv"),
        systems=(("bad", str(files / "bad.txt")), ("good", str(files / "good.txt"))),
        baseline="good",
        resamples=200,
    )
    material = gather(request)
    evaluation = evaluate(material, resamples=200)
    assert [system.name for system in evaluation.systems] == ["good", "bad"]
    assert evaluation.baseline == "good"
    good, bad = evaluation.systems
    assert good.scores[1].value == pytest.approx(sacrebleu.corpus_chrf(GOOD, [REFERENCES]).score)
    assert bad.scores[1].p_value < 0.05
    assert good.flags[0].metric == "any"


@pytest.mark.parametrize(
    "changes, message",
    [
        ({}, "nothing to evaluate"),
        ({"make": ("mt",)}, "their sources are needed: --source"),
        ({"make": ("a", "a=translate.decoding.num_beams=1"), "source": "pairs.tsv"}, "two systems have the name a"),
        ({"make": ("a", "b"), "source": "pairs.tsv"}, "--make a and --make b have the same configuration"),
        ({"systems": (("a", "good.txt"), ("a", "bad.txt"))}, "two systems have the name a"),
        ({"systems": (("a", "good.txt"),), "baseline": "b"}, "no such system; there are a"),
        ({"systems": (("a", "good.txt"),), "comet": Comet("x")}, "compares with the sources"),
        ({"systems": (("a", "good.txt"),), "comet": Comet("x"), "kind": "summaries"}, "not summaries"),
        ({"reference": "empty.txt", "systems": (("a", "good.txt"),)}, "no references in it"),
    ],
)
def test_requests_that_make_no_sense_are_refused_before_a_model_is_loaded(files, monkeypatch, models, changes, message):
    monkeypatch.chdir(files)
    Path("empty.txt").touch()
    made = tuple(map(Configured.parse, changes.get("make", ())))
    request = Request(**{"reference": "pairs.tsv", **changes, "make": made})
    with pytest.raises(InputError, match=message):
        gather(request)
    assert not models.events


def test_the_command_makes_what_is_missing_and_writes_tables_and_numbers(files, models, monkeypatch, capsys):
    monkeypatch.chdir(files)
    arguments = ["evaluate", "--reference", "pairs.tsv", "--source", "pairs.tsv", "--resamples", "50"]
    assert cli.main([*arguments, "--save", "made.txt", "--json", "scores.json"]) == 0
    out = capsys.readouterr().out
    assert "| mt | " in out
    assert "mt, made by: `made so`" in out
    assert Path("made.txt").read_text(encoding="utf-8").splitlines() == [REFERENCES[0]] * 6
    record = json.loads(Path("scores.json").read_text(encoding="utf-8"))
    expected = sacrebleu.corpus_bleu([REFERENCES[0]] * 6, [REFERENCES]).score
    assert record["systems"][0]["scores"][0]["value"] == pytest.approx(expected)
    assert cli.main([*arguments, "--system", "good=good.txt", "--make", "own", "--baseline", "good"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split(" | ")[0] for row in rows[4:6]] == ["| good", "| own"]
    assert "▼" in rows[5]


def test_the_command_evaluates_summaries_with_comparison_to_their_articles(write, models, capsys):
    text = " ".join(REFERENCES) * 2
    place = write("s.jsonl", lines(*({"id": f"s{n}", "text": text, "summary": REFERENCES[n]} for n in range(3))))
    arguments = ["evaluate", "--summaries", "--reference", f"{place}#summary", "--source", f"{place}#text"]
    assert cli.main([*arguments, "--make", "mt", "--system", f"same={place}#summary", "--resamples", "50"]) == 0
    out = capsys.readouterr().out
    assert "| system | ROUGE-1 | ROUGE-2 | ROUGE-Lsum | words | novel bigrams, % |" in out
    assert re.search(r"\| same \| \*\*100\.0\*\*", out)
    assert re.search(r"\| mt \| .* \| 3\.0 \[3\.0, 3\.0\] \| 0\.0", out)


def test_one_command_compares_configurations_one_after_the_other(files, models, monkeypatch, capsys, caplog):
    monkeypatch.chdir(files)
    Path("mine.yaml").write_text("translate: {decoding: {num_beams: 2}}\n", encoding="utf-8")
    arguments = ["evaluate", "--reference", "pairs.tsv", "--source", "pairs.tsv", "--resamples", "50"]
    made = ["--make", "mt", "--make", "my own=mine.yaml", "--make", "one=translate.decoding.num_beams=1"]
    rest = [
        "--system",
        "good=good.txt",
        "--baseline",
        "my own",
        "--save",
        "made.tsv",
        "--set",
        "translate.repair.mode=off",
    ]
    assert cli.main([*arguments, *made, *rest]) == 0
    assert [event[0] for event in models.events] == ["found"] * 3 + ["loaded"] * 3
    assert [event[1:] for event in models.events[3:]] == [(4, 0), (2, 0), (1, 0)]
    assert "mt: system 2 of 3: my own" in caplog.messages
    out = capsys.readouterr().out
    rows = out.splitlines()
    assert [row.split(" | ")[0] for row in rows[4:8]] == ["| my own", "| mt", "| one", "| good"]
    assert "better or worse than my own" in out
    assert (
        Path("made.tsv").read_text(encoding="utf-8").splitlines()
        == ["\t".join((REFERENCES[0], REFERENCES[1], REFERENCES[1]))] * 6
    )


def test_what_is_made_can_be_read_again_by_column(files, models, monkeypatch, capsys):
    monkeypatch.chdir(files)
    models.other = lambda text: "two\tparts\nof one"
    arguments = ["evaluate", "--reference", "pairs.tsv", "--resamples", "50"]
    made = ["--source", "pairs.tsv", "--make", "a", "--make", "b=translate.decoding.num_beams=1"]
    assert cli.main([*arguments, *made, "--save", "made.tsv"]) == 0
    assert read_column("made.tsv#2", "hypothesis", "translation").texts == ("Two parts of one",) * 6


@pytest.mark.parametrize(
    "text, common, settings, name, beams, source",
    [
        ("mt", None, (), "mt", 4, "embedded:ar-en"),
        ("a, b", None, ("translate.decoding.num_beams=2",), "a, b", 2, "embedded:ar-en"),
        ("fast=opus-fast", None, (), "fast", 2, "Helsinki-NLP/opus-mt-ar-en"),
        ("opus-fast", None, (), "opus-fast", 2, "Helsinki-NLP/opus-mt-ar-en"),
        ("opus-fast", "opus-fast", (), "opus-fast", 2, "Helsinki-NLP/opus-mt-ar-en"),
        ("x", "opus-fast", (), "x", 2, "Helsinki-NLP/opus-mt-ar-en"),
        ("x=embedded", "opus-fast", (), "x", 4, "embedded:ar-en"),
        ("x=translate.decoding.num_beams=3", "opus-fast", (), "x", 3, "Helsinki-NLP/opus-mt-ar-en"),
        ("x=opus-fast, translate.decoding.num_beams=3", None, ("translate.decoding.num_beams=2",), "x", 3, None),
        ("x=summarize.style=[bullets, headline],translate.decoding.num_beams=3", None, (), "x", 3, None),
    ],
)
def test_a_system_is_named_with_its_configuration(text, common, settings, name, beams, source):
    made = Configured.parse(text, common, settings)
    assert (made.name, made.config.translate.decoding.num_beams) == (name, beams)
    assert source in (None, made.config.translate.model.source)
    assert ("bullets" in text) == (made.config.summarize.style == ("bullets", "headline"))


@pytest.mark.parametrize(
    "text, common, message",
    [
        ("", None, "--make : expected NAME, NAME=CONFIG or NAME=CONFIG,KEY=VALUE,…"),
        ("=embedded", None, "--make =embedded: expected NAME, "),
        ("big=", None, "--make big=: expected NAME, "),
        ("big=opus-bik", None, "--make big: no configuration 'opus-bik'.*did you mean opus-big"),
        ("big=none.yaml", None, "--make big: no configuration 'none.yaml'"),
        ("a=embedded,translate.num_beams=1", None, "--make a: translate.num_beams: unknown key.*decoding.num_beams"),
        ("a=translate.decoding.num_beams=few", None, "--make a: translate.decoding.num_beams: found 'few', expected"),
        ("a=summarize.model.source=x/y", None, "--make a: summarize.model.source: another model needs"),
        ("nllb", "opus-big", "-c opus-big would be used; did you mean --make nllb=nllb"),
    ],
)
def test_a_system_with_errors_is_refused_by_its_name(text, common, message):
    with pytest.raises((InputError, ConfigError), match=message):
        Configured.parse(text, common)


def test_what_is_wrong_with_the_common_settings_is_said_of_them():
    with pytest.raises(ConfigError, match=r"--make a: .*\n  --set translate\.decoding\.num_beams: found 'few'"):
        Configured.parse("a=translate.min_score=-1", None, ["translate.decoding.num_beams=few"])


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--reference", "r", "--make", "a=opus-big", "-c", "embedded"], "-c embedded would not be used"),
        (
            ["--reference", "r", "--source", "s", "--make", "a", "--make", "b=opus-big", "--save", "f.txt"],
            "need a .tsv",
        ),
        (["--system", "a=b"], "expected --reference FILE"),
        (["--reference", "r", "--system", "good.txt"], "expected NAME=FILE"),
        (["--reference", "r", "--system", "a=b", "--save", "f"], "no outputs are made here"),
        (["--reference", "no-such-file", "--system", "a=b"], "no-such-file: cannot be read"),
    ],
)
def test_the_command_refuses_with_exit_code_2(arguments, message, capsys):
    assert cli.main(["evaluate", *arguments]) == 2
    assert message in capsys.readouterr().err


# ---------------------------------------------------------------- the floor


def test_a_floor_allows_for_a_point_and_only_goes_up():
    floor = Floor(50.0, "", (Pair("أ", "a"),))
    assert floor.holds(49.0)
    assert not floor.holds(48.99)
    assert floor.raised(score("chrF", 51.29), "new") == Floor(51.2, "new", floor.pairs)
    with pytest.raises(InputError, match=r"found chrF 49\.99, and a floor of 50\.0 can only be raised"):
        floor.raised(score("chrF", 49.99), "new")


def test_the_command_raises_a_floor_and_never_lowers_it(tmp_path, models, capsys):
    path = tmp_path / "floor.json"
    write_floor(path, Floor(10.0, "", tuple(Pair("جملة", text) for text in REFERENCES)))
    reached = sacrebleu.corpus_chrf([REFERENCES[0]] * 6, [REFERENCES]).score
    assert cli.main(["evaluate", "--floor", str(path), "--raise-floor"]) == 0
    floor = read_floor(path)
    assert (floor.made_by, floor.pairs[5].en) == ("made so", REFERENCES[5])
    assert reached - 0.1 < floor.chrf <= reached
    assert f"chrF {reached:.2f} on 6 sentences" in capsys.readouterr().out
    write_floor(path, replace(floor, chrf=reached + 0.9))
    assert cli.main(["evaluate", "--floor", str(path)]) == 0
    assert cli.main(["evaluate", "--floor", str(path), "--raise-floor"]) == 2
    write_floor(path, replace(floor, chrf=reached + 1.1))
    assert cli.main(["evaluate", "--floor", str(path)]) == 1
    assert read_floor(path).chrf == pytest.approx(reached + 1.1)


def test_a_file_that_is_no_floor_is_told(write):
    with pytest.raises(InputError, match=r"no quality floor \(KeyError"):
        read_floor(write("f.json", "{}"))
