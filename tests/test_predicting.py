"""`bench fit`, `bench predict` and `bench explain` as users call them; every command of docs/predicting.md runs."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sys
from pathlib import Path

import command
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench import cli

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "predicting.md").read_text(encoding="utf-8")
SEED = "seeds/000_f014655719903d2a.txt"
STEPS = [(code, shown) for code, shown in re.findall(r"```bash\n(.*?)```(?:\n\n```text\n(.*?)```)?", PAGE, re.DOTALL)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A working folder with the configs, the seeds, their results and a fitted model `topics`."""
    folder = tmp_path_factory.mktemp("work")
    for name in ("configs", "seeds"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(ROOT / "results" / "seed-page", folder / "results" / "seed-page")
    return folder


@pytest.fixture(scope="module")
def shown(folder):
    """The page's commands, each with what it printed, run in order as a reader runs them."""
    return [command.block(code, folder) for code, _ in STEPS]


def test_every_command_of_the_page_runs_and_prints_what_the_page_shows(shown):
    for (code, expected), done in zip(STEPS, shown, strict=True):
        assert done.returncode == 0, (code, done.stderr)
        if expected:
            assert done.stdout == expected
    assert sum(bool(expected) for _, expected in STEPS) == 2


def test_the_table_of_the_page_has_a_row_a_row(shown, folder):
    [done] = [done for (code, _), done in zip(STEPS, shown, strict=True) if "rows.csv" in code]
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["id"], row["date"], row["text"], row["label"]) for row in rows] == [
        ("7", "2025-01-02", "深化改革", "reform"),
        ("8", "2025-01-03", "", ""),
    ]
    assert done.stderr == "1 text blank: a row without a label\n"
    assert sum(float(rows[0][name]) for name in rows[0] if name.startswith("probability:")) == pytest.approx(1)


def test_a_page_gives_the_paragraphs_of_its_repair(shown, folder):
    from bench.corpus.build import page_key
    from bench.corpus.pages import repair_page

    page = repair_page((folder / SEED).read_text(encoding="utf-8"), key=page_key(Path(SEED)))
    rows = [json.loads(line) for line in (folder / "page.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["kind"], row["position"], row["text"]) for row in rows] == [
        (page.row_id(each), each.kind, at, each.text) for at, each in enumerate(page.paragraphs)
    ]


def test_a_page_may_come_from_a_pipe_or_in_another_encoding(bench, folder, tmp_path):
    text = (folder / SEED).read_text(encoding="utf-8")
    (tmp_path / "f014655719903d2a.txt").write_bytes(text.encode("gb18030"))
    expected = (folder / "page.jsonl").read_text(encoding="utf-8")
    piped = bench("predict", MODEL, "-", "--page", "--format", "jsonl", given=text.encode())[1]
    assert re.sub(r'"id": "page-', '"id": "f014655719903d2a-', piped) == expected
    for more in ([], ["--encoding", "gb18030"]):
        given = ["predict", MODEL, "--page", tmp_path / "f014655719903d2a.txt", "--format", "jsonl", *more]
        assert bench(*given)[1] == expected
    assert "holds no paragraph" in bench("predict", MODEL, "-", "--page", given=b"\n")[2]


@pytest.fixture
def bench(shown, folder, monkeypatch, capsys):
    """Runs a command in the working folder: exit code, output, complaint."""
    monkeypatch.chdir(folder)
    assert shown[0].returncode == 0

    def run(*arguments, given=b""):
        monkeypatch.setattr(sys, "argv", ["bench", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return run


LINES = ["深化改革", "", "绩效考核 办法", "=SUM(A1)", '引号"和,逗号', "abc"]
MODEL = "topics"


def test_out_is_in_and_in_its_order_whatever_the_format(bench, tmp_path):
    given = "".join(f"{line}\r\n" for line in LINES).encode()
    read = {
        "csv": lambda text: list(csv.DictReader(io.StringIO(text))),
        "jsonl": lambda text: [json.loads(line) for line in text.splitlines()],
        "json": json.loads,
    }
    seen = []
    for form, reader in read.items():
        code, out, _ = bench("predict", MODEL, "--format", form, given=given)
        assert code == 0
        rows = reader(out)
        assert [row["text"].lstrip("'") for row in rows] == LINES
        seen.append([(row["label"] or "", row["probability:reform"] or None) for row in rows])
        code, said, _ = bench("predict", MODEL, "--out", tmp_path / f"out.{form}", given=given)
        assert said == f"{tmp_path / f'out.{form}'}: 6 texts labelled\n"
        assert (tmp_path / f"out.{form}").read_text(encoding="utf-8") == out
    assert seen[1] == seen[2] == [(label, None if p is None else float(p)) for label, p in seen[0]]
    assert "'=SUM(A1)" in bench("predict", MODEL, given=given)[1]


def test_a_file_a_pipe_and_a_table_get_the_same_labels(bench, tmp_path):
    texts = [line for line in LINES if line]
    (tmp_path / "lines.txt").write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    (tmp_path / "gb.txt").write_bytes("\n".join(texts).encode("gb18030"))
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    (tmp_path / "rows.json").write_text(json.dumps([{"text": text} for text in texts]))
    pq.write_table(pa.table({"text": texts}), tmp_path / "rows.parquet")
    with (tmp_path / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["text"], *([text] for text in texts)])
    expected = bench("predict", MODEL, "-", given="\n".join(texts).encode())[1]
    for name in ("lines.txt", "gb.txt", "rows.jsonl", "rows.json", "rows.parquet", "rows.csv"):
        assert bench("predict", MODEL, tmp_path / name)[1] == expected, name
    assert bench("predict", MODEL, tmp_path / "gb.txt")[2].startswith(f"warning: {tmp_path / 'gb.txt'}: not UTF-8")
    for encoding in ("gb18030", "utf-16", "utf-8-sig"):
        given = "\n".join(texts).encode(encoding)
        assert bench("predict", MODEL, "--encoding", encoding, given=given)[1] == expected, encoding


def test_labels_do_not_hang_on_the_size_of_batches(bench, monkeypatch):
    given = "\n".join(f"{word}第{at}次" for at in range(20) for word in ("改革", "", "考核")).encode()
    whole = bench("predict", MODEL, given=given)[1]
    monkeypatch.setattr("bench.api.predictions._BATCH", 7)
    assert bench("predict", MODEL, given=given)[1] == whole


def test_kept_columns_stand_beside_our_own(bench, tmp_path):
    rows = [{"text": "改革", "label": "x", "n": 1}, {"text": "考核", "label": "y", "n": None}]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    _, out, _ = bench("predict", MODEL, tmp_path / "rows.jsonl", "--keep", "label", "--keep", "n", "--format", "jsonl")
    found = [json.loads(line) for line in out.splitlines()]
    assert [(row["input:label"], row["n"], row["label"]) for row in found] == [
        ("x", 1, "reform"),
        ("y", None, "assessment"),
    ]


def test_the_table_shows_every_row_and_cuts_its_text(bench, monkeypatch):
    given = ("深化改革" * 60 + "\n\n\x1b[31m考核\n").encode()
    for width in ("60", "200"):
        monkeypatch.setenv("COLUMNS", width)
        code, out, _ = bench("predict", MODEL, "--format", "table", given=given)
        assert code == 0
        assert max(map(len, out.splitlines())) <= int(width)
        assert "\x1b" not in out
        assert "…" in out
        assert r"\x1b[31m考核" in out
        assert len(out.splitlines()) == len(
            bench("predict", MODEL, "--format", "table", given=b"a\nb\nc")[1].splitlines()
        )


FAULTS = [
    (("predict", "nowhere", "-"), r"nowhere: no such model.*bench fit CONFIG"),
    (("predict", "topcis", "-"), r"did you mean 'topics'"),
    (("predict", MODEL, "-"), r"standard input: holds no text"),
    (("predict", MODEL, "none.txt"), r"none\.txt: no such file"),
    (("predict", MODEL, "rows.csv", "--text", "sentences"), r"no column 'sentences'; did you mean 'sentence'"),
    (("predict", MODEL, "rows.csv"), r"no column 'text'"),
    (("predict", MODEL, "rows.csv", "--text", "sentence", "--keep", "dat"), r"no column 'dat'; did you mean 'date'"),
    (("predict", MODEL, "texts.txt", "--text", "sentence"), r"holds a text a line, no columns; leave --text out"),
    (("predict", MODEL, "texts.txt", "--encoding", "uft-8x"), r"--encoding: 'uft-8x' is no encoding"),
    (("predict", MODEL, "rows.csv", "--encoding", "utf-8"), r"leave --encoding out"),
    (("predict", MODEL, "texts.txt", "--page", "--id", "no"), r"--page reads one raw page"),
    (("predict", MODEL, "configs/quick.yaml"), r"unknown file ending '\.yaml'"),
    (("predict", MODEL, "seeds"), r"seeds: "),
    (("explain", MODEL, " "), r"TEXT is blank"),
    (("explain", MODEL, "-"), r"TEXT is blank"),
    (("fit", "configs/seed-page.yaml", "--out", "new"), r"holds \d+ systems; choose one with --system\. Known: "),
    (("fit", "configs/seed-page.yaml", "--system", "char-smv", "--out", "new"), r"no system 'char-smv'; did you mean"),
    (("fit", "configs/seed-page.yaml", "--system", "char-svm", "--out", MODEL), r"topics: is a model already.*--force"),
    (
        ("fit", "configs/seed-page.yaml", "--system", "char-svm", "--out", "seeds"),
        r"seeds: holds .*, not as bench writes a model, which would be lost",
    ),
    (("fit", "configs/seed-page.yaml", "--system", "char-svm", "--out", "texts.txt"), r"texts\.txt: is a file"),
]


@pytest.mark.parametrize(("arguments", "said"), FAULTS)
def test_what_a_user_can_mend_is_told_in_one_line_and_nothing_is_written(bench, folder, arguments, said):
    before = sorted(path for path in folder.rglob("*"))
    code, out, complaint = bench(*arguments)
    assert (code, out) == (2, "")
    assert re.search(rf"^bench: .*{said}", complaint), complaint
    assert complaint.count("\n") == 1
    assert sorted(path for path in folder.rglob("*")) == before


def test_a_fault_in_the_middle_leaves_no_file(bench, tmp_path, monkeypatch):
    monkeypatch.setattr("bench.api.predictions._BATCH", 2)
    given = "改革\n考核\n义诊\n".encode() + b"\xff\n"
    code, _, complaint = bench("predict", MODEL, "--out", tmp_path / "out.csv", given=given)
    assert (code, complaint) == (
        2,
        "bench: standard input:4: byte 0xff is not utf-8; name its own, as in --encoding gb18030\n",
    )
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "rows.jsonl").write_text('{"text": "改革"}\n{"text": 5}\n', encoding="utf-8")
    code, out, complaint = bench("predict", MODEL, tmp_path / "rows.jsonl")
    assert (code, out) == (2, "")
    assert complaint == f"bench: {tmp_path / 'rows.jsonl'}:2: text: the text must be a string, got 5\n"


def test_a_file_that_is_there_stays_unless_forced(bench, tmp_path):
    (tmp_path / "out.csv").write_text("mine")
    code, _, complaint = bench("predict", MODEL, "--out", tmp_path / "out.csv", given=b"a\n")
    assert code == 2
    assert "--force replaces it" in complaint
    assert (tmp_path / "out.csv").read_text() == "mine"
    assert bench("predict", MODEL, "--out", tmp_path / "out.csv", "--force", given=b"a\n")[0] == 0
    assert (tmp_path / "out.csv").read_text().startswith("text,label,probability:")


def test_texts_of_which_nothing_is_known_are_counted(bench):
    code, out, said = bench("predict", MODEL, given="αβγ\n改革\n".encode())
    assert (code, len(out.splitlines())) == (0, 3)
    assert said == "1 text without any n-gram that the model knows: labelled blindly\n"


def test_an_explanation_adds_up(bench):
    found = json.loads(bench("explain", MODEL, "深化改革考核", "--format", "json")[1])
    assert found["label"] == found["classes"][0]["class"] == "reform"
    for each in found["classes"]:
        shares = sum(share["share"] for share in [*each["for"], *each["against"]])
        assert each["start"] + shares + each["rest"] == pytest.approx(each["total"])
        assert all(share["share"] > 0 for share in each["for"])
    assert sum(each["total"] for each in found["classes"]) == pytest.approx(0)
    assert sum(each["score"] for each in found["classes"]) == pytest.approx(1)


def test_what_is_not_linear_says_why_and_gives_its_scores(bench, tmp_path):
    for name, reason in (
        ("char-knn", "are no sum over features"),
        ("lsa-lda", "LSA have no meaning of their own"),
        ("majority", "a control does not read the words"),
    ):
        assert bench("fit", "configs/seed-page.yaml", "--system", name, "--out", tmp_path / name)[0] == 0
        code, out, _ = bench("explain", tmp_path / name, "深化改革")
        assert code == 0
        assert re.search(rf"cannot be shown: .*{reason}", " ".join(out.split()))
        assert out.startswith("深化改革\nlabel: ")
        found = json.loads(bench("explain", tmp_path / name, "-", "--format", "json", given="深化改革\n".encode())[1])
        assert reason in found["why_not"]
        assert found["shares_of"] is None


def test_a_text_cannot_move_the_terminal(bench):
    out = bench("explain", MODEL, "改革\x1b[2J\u202e考核")[1]
    assert "\x1b" not in out
    assert "\u202e" not in out
