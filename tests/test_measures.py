"""The scripts that measure receipts and summaries, on a few lines."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = "Premier Li Keqiang met Karim Massimov in Astana. They spoke of trade for 3 million dollars. {} Rain fell."
ROWS = [
    ("Li Keqiang met Massimov in Astana.", 1, []),
    ("They spoke of trade.", 1, []),
    ("Li Keqiang met Massimov in Almaty.", 0, ["entity_modification"]),
    ("They spoke of 5 million dollars.", 0, ["entity_modification"]),
    ("Massimov met nobody and said so.", 0, ["hallucinated_fact_insertion"]),
]


def run(script: str, *arguments: str) -> str:
    command = [sys.executable, "-W", "ignore", str(ROOT / "scripts" / "measure" / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def test_measure_support(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    rows = [
        {"text": TEXT.format(f"Article {i}."), "summary": summary, "label": label, "edit_types": edits}
        for i in range(2)
        for summary, label, edits in ROWS
    ]
    file.write_text("\n".join(map(json.dumps, rows)))
    printed = run("support", str(file))
    assert "10 summaries of 2 articles, 6 inconsistent" in printed
    assert "| any | 4 | 0 | 100.0% | 83.3 (83.3 to 83.3) |" in printed
    assert "| unsupported-name | 2 | 0 | 100.0% | 66.7 (66.7 to 66.7) |" in printed
    assert "| entity modification | 4 | 4 (100%) |" in printed
    assert "| hallucinated fact insertion | 2 | 0 (0%) |" in printed


def test_measure_summaries_of_other_systems(tmp_path: Path) -> None:
    file = tmp_path / "references.jsonl"
    row = {
        "id": "a", "text": TEXT.format("So they did."), "summary": "Li met Massimov in Astana.",
        "outputs": {"other": "Li Keqiang met Karim Massimov in Almaty. They spoke of trade for 3 million dollars."},
    }  # fmt: skip
    file.write_text(json.dumps(row))
    lines = run("summaries", str(file), "--base", "lead-3").splitlines()
    cells = {line.split(" | ")[0].strip("| "): [cell.strip(" |") for cell in line.split(" | ")] for line in lines[2:]}
    assert cells["lead-3"][5:9] == ["19", "0.0%", "100.0%", "0.0%"]
    assert cells["other"][5:9] == ["15", "50.0%", "0.0%", "14.3%"]
    assert cells["other"][9].endswith("n=1")
    assert float(cells["lead-3"][2]) > 30


def test_measure_lexicon(tmp_path: Path) -> None:
    lexicon, pairs, clean = tmp_path / "rare.tsv", tmp_path / "pairs.tsv", tmp_path / "clean.tsv"
    lexicon.write_text("غولف\tgolf\tterm\nقرش\tshark\tterm\nسراب\tmirage\tterm\n")
    rows = [
        "لعب غولف\tHe played golf",
        "رأى القرش\tHe saw a piastre",
        "له قرش\tHe has a piastre",
        "هذا سراب\tAn illusion",
    ]
    pairs.write_text("\n".join(rows) + "\n")
    printed = run("lexicon", str(pairs), "--lexicon", str(lexicon), "--clean", str(clean))
    assert "3 terms of 3 entries found; English of people has 33.3%" in printed
    assert "1 entries are under 50%" not in printed, "«القرش» has an article, which is no clitic"
    printed = run("lexicon", str(pairs), "--lexicon", str(lexicon), "--times", "1", "--clean", str(clean))
    assert "    0 of     1  قرش\tshark\tterm" in printed
    assert clean.read_text() == "غولف\tgolf\tterm\n"
