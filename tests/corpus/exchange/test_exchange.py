"""Labels out to Label Studio and doccano and back: nothing lost, nothing taken that was not said."""

from __future__ import annotations

import json
import shutil
from dataclasses import astuple
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench import api
from bench.core.errors import BenchError
from bench.core.pages import Article, Page, Paragraph, Span
from bench.corpus.exchange.base import TOOLS, Suggestion, Task
from bench.corpus.exchange.merge import TOPIC_CHOICES, merge, tasks
from bench.corpus.exchange.tools.label_studio import labelling_config
from bench.corpus.label_files import new_label_file, read_label_file
from bench.corpus.proposals import Proposal, read_proposals
from bench.corpus.topics import LABELS
from bench.tables import read_table

KEY = "second-page"


def _label_studio_json(exported):
    """What the tool's JSON export makes of imported tasks once people have submitted them (guide/task_format)."""
    exported = json.loads(exported)
    return [
        {
            "id": number,
            "inner_id": number,
            "project": 83,
            "created_at": "2024-03-09T21:52:49.513742Z",
            "updated_at": "2024-03-09T22:16:08.746926Z",
            "file_upload": "b1-tasks.json",
            "drafts": [],
            "data": task["data"],
            "meta": {},
            "predictions": task.get("predictions", []),
            "annotations": [
                {
                    "id": 1000 + number,
                    "completed_by": 10,
                    "result": [{"id": "Dx_aB91ISN", "origin": "manual", **result} for result in annotation["result"]],
                    "was_cancelled": False,
                    "ground_truth": False,
                    "lead_time": 4.288,
                    "task": number,
                    "parent_prediction": None,
                }
                for annotation in task.get("annotations", [])
            ],
        }
        for number, task in enumerate(exported, start=1)
    ]


def _label_studio_json_min(exported):
    """The flat records of JSON-MIN: data, then the tool's own `id`, then the choice under the control's name."""
    records = []
    for task in _label_studio_json(exported):
        for annotation in task["annotations"] or [{"id": None, "result": [], "completed_by": None}]:
            choices = [label for result in annotation["result"] for label in result["value"]["choices"]]
            records.append(
                {
                    **task["data"],
                    "id": task["id"],
                    **({"topic": choices[0] if len(choices) == 1 else {"choices": choices}} if choices else {}),
                    "annotator": annotation["completed_by"],
                    "annotation_id": annotation["id"],
                    "created_at": task["created_at"],
                    "lead_time": None,
                }
            )
    return records


def _doccano_jsonl(exported):
    """What doccano writes: its own number, the text, the metadata, the labels, comments; through pandas, as it does."""
    rows = []
    for number, line in enumerate(exported.decode().removesuffix("\n").split("\n"), start=1):
        value = json.loads(line)
        meta = {name: item for name, item in value.items() if name not in {"text", "label"}}
        rows.append({"id": number, "text": value["text"], **meta, "label": sorted(value["label"]), "Comments": []})
    return pd.DataFrame(rows).to_json(orient="records", force_ascii=False, lines=True)


SHAPES = {
    "label-studio json": ("label-studio", ".json", lambda data: json.dumps(_label_studio_json(data))),
    "label-studio json-min": ("label-studio", ".json", lambda data: json.dumps(_label_studio_json_min(data))),
    "doccano jsonl": ("doccano", ".jsonl", _doccano_jsonl),
    **{f"{name} as exported": (name, tool.ending, bytes.decode) for name, tool in TOOLS.classes().items()},
}

# Whatever a page may hold: Chinese, quotes, commas, tabs, newlines and marks that other programs take for newlines.
texts = st.lists(
    st.text(
        st.sampled_from("改革考核“”\"',,\t\n\r\u2028\x85\\/<&>;=#一2a 　😀")
        | st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
        min_size=1,
        max_size=12,
    ).filter(str.strip),
    min_size=1,
    max_size=6,
)
cell = st.sampled_from(["", *LABELS])


def _page(paragraphs):
    text, made = "", []
    for paragraph in paragraphs:
        span = Span(len(text), len(text) + len(paragraph))
        made.append(Paragraph(paragraph, (span,), "paragraph", None, complete=True))
        text += paragraph
    return Page("p", text, (Article(None, (), None, None, None, tuple(made)),))


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_labels_that_go_through_a_tool_come_back_byte_for_byte(tmp_path, shape, data):
    name, ending, exported_by_tool = SHAPES[shape]
    page = _page(data.draw(texts))
    order = data.draw(st.permutations([page.row_id(paragraph) for paragraph in page.paragraphs]))
    pass_, other = data.draw(st.permutations(["first", "second"]))
    path = tmp_path / "p.labels.csv"
    path.write_bytes(new_label_file(page, order))
    empty = read_label_file(path, page).with_labels(other, {row_id: data.draw(cell) for row_id in order})
    full = empty.with_labels(pass_, {row_id: data.draw(cell) for row_id in order})

    out = tmp_path / f"tasks{ending}"
    proposed = {order[0]: Proposal(order[0], "none", 0.5, 0.1, "s")}
    exported = TOOLS[name]().export(tasks(full, page, pass_, proposed), TOPIC_CHOICES, out)[out]
    out.write_text(exported_by_tool(exported), encoding="utf-8")
    answers = TOOLS[name]().answers(read_table(out), "topic")
    back = merge(empty, page, answers, pass_).label_file
    assert back.to_bytes() == full.to_bytes()

    path.write_bytes(back.to_bytes())
    again = read_label_file(path, page)
    assert merge(again, page, answers, pass_).label_file.to_bytes() == full.to_bytes()
    assert TOOLS[name]().export(tasks(again, page, pass_, proposed), TOPIC_CHOICES, out)[out] == exported


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, second_page):
    """Seeds with two unlabelled pages, the second one told apart by its key alone."""
    folder = tmp_path_factory.mktemp("prepared")
    other = folder / "other.txt"
    other.write_text(second_page.read_text(encoding="utf-8").replace("柳溪", "桐岭"), encoding="utf-8")
    (folder / "seeds").mkdir()
    for page in (second_page, other):
        api.add(page, folder / "seeds", folder / "none")
    return folder / "seeds"


@pytest.fixture
def seeds(prepared, tmp_path):
    return shutil.copytree(prepared, tmp_path / "seeds")


def _export(seeds, tool="label-studio", page=KEY, which="first"):
    out = seeds.parent / f"tasks{'.json' if tool == 'label-studio' else '.jsonl'}"
    api.export_labels(page, seeds, tool, out, pass_=which, with_proposals=False, force=True)
    return out


def _labelled(path, label=lambda row: LABELS[row % len(LABELS)]):
    """The exported tasks as Label Studio gives them back, each with one choice."""
    full = _label_studio_json(path.read_bytes())
    for row, task in enumerate(full):
        task["annotations"] = [_annotation(label(row))]
    return full


def _annotation(*labels, by=10, **more):
    value = {"choices": list(labels)}
    result = [{"from_name": "topic", "to_name": "text", "type": "choices", "value": value}] if labels else []
    return {"id": 1, "completed_by": by, "result": result, "was_cancelled": False, **more}


def _take(seeds, value, tool="label-studio", **options):
    path = seeds.parent / f"export{'.json' if tool == 'label-studio' else '.jsonl'}"
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in value) if tool == "doccano" else None
    path.write_text(json.dumps(value) if lines is None else lines, encoding="utf-8")
    given = {"pass_": "first", "annotator": None, "force": False, **options}
    return api.import_labels(path, seeds, tool, **given)


def _bytes(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_labelled_page_builds_after_its_import_and_other_files_keep_their_bytes(seeds, tmp_path):
    before = _bytes(seeds)
    merged = _take(seeds, _labelled(_export(seeds)))
    [(path, done)] = merged.items()
    assert astuple(done.counts) == (10, 0, 0, 0, 0)
    changed = [name for name, data in _bytes(seeds).items() if before[name] != data]
    assert changed == [path.name] == ["000_second-page.labels.csv"]
    assert api.build(seeds, tmp_path / "out", tmp_path / "none", without=["other"])["all"] == 10


def test_rows_without_an_answer_and_skipped_ones_stay_empty_and_are_counted(seeds):
    tasks_ = _labelled(_export(seeds))
    tasks_[0]["annotations"] = []
    tasks_[1]["annotations"] = [_annotation(was_cancelled=True)]
    tasks_[2]["annotations"] = [_annotation("reform", was_cancelled=True)]
    tasks_[3]["annotations"] = [_annotation(was_cancelled=True), _annotation("none")]
    [done] = _take(seeds, tasks_[:-2]).values()
    assert (done.counts.set_, done.counts.skipped, done.counts.unanswered) == (5, 2, 3)
    labels = list(done.label_file.labels("first").values())
    assert labels[:4] == ["", "", "", "none"]
    assert labels[-2:] == ["", ""]


def test_a_second_pass_sees_nothing_of_the_first_and_leaves_it_alone(seeds):
    _take(seeds, _labelled(_export(seeds), lambda _: "reform"))
    out = _export(seeds, which="second")
    assert "reform" not in out.read_text(encoding="utf-8")
    [done] = _take(seeds, _labelled(out, lambda _: "none"), pass_="second").values()
    assert set(done.label_file.labels("first").values()) == {"reform"}
    assert set(done.label_file.labels("second").values()) == {"none"}


def test_a_label_that_is_there_and_differs_is_replaced_only_by_force(seeds):
    out = _export(seeds)
    _take(seeds, _labelled(out, lambda _: "reform"))
    before = _bytes(seeds)
    changed = _labelled(out, lambda row: "none" if row in {4, 6} else "reform")
    message = r"labels\.csv:6: first: is 'reform', the import says 'none' \(2 labels differ\); --force replaces"
    with pytest.raises(BenchError, match=message):
        _take(seeds, changed)
    assert _bytes(seeds) == before
    [done] = _take(seeds, changed, force=True).values()
    assert (done.counts.set_, done.counts.kept, done.counts.replaced) == (0, 8, 2)
    assert list(done.label_file.labels("first").values()).count("none") == 2


def test_one_file_may_hold_several_pages_and_a_fault_in_one_leaves_all_alone(seeds):
    both = [*_labelled(_export(seeds)), *_labelled(_export(seeds, page="other"))]
    before = _bytes(seeds)
    broken = json.loads(json.dumps(both))
    broken[-1]["annotations"] = [_annotation("refrom")]
    with pytest.raises(BenchError, match=r"export\.json: row 20: unknown label 'refrom'; did you mean 'reform'"):
        _take(seeds, broken)
    assert _bytes(seeds) == before
    assert [done.counts.set_ for done in _take(seeds, both).values()] == [10, 10]


def test_two_annotators_who_agree_are_one_and_who_differ_must_be_chosen_between(seeds):
    tasks_ = _labelled(_export(seeds), lambda _: "none")
    tasks_[1]["annotations"].append(_annotation("none", by={"id": 3, "email": "b@example.org"}))
    assert next(iter(_take(seeds, tasks_).values())).counts.set_ == 10
    tasks_[2]["annotations"].append(_annotation("reform", by={"id": 3, "email": "b@example.org"}))
    message = r"row 3: .* is none by annotator '10', reform by annotator 'b@example\.org'; take one with --annotator"
    with pytest.raises(BenchError, match=message):
        _take(seeds, tasks_, pass_="second")
    [done] = _take(seeds, tasks_, pass_="second", annotator="b@example.org").values()
    assert [label for label in done.label_file.labels("second").values() if label] == ["none", "reform"]
    with pytest.raises(BenchError, match=r"export\.json: no answer is by annotator '11'\. Known: 10, b@ex"):
        _take(seeds, tasks_, annotator="11")


def test_one_annotators_answers_hold_nothing_that_nobody_signed(seeds):
    tasks_ = _labelled(_export(seeds))
    tasks_[0]["annotations"] = [_annotation("none", by=None)]
    tasks_[1]["annotations"] = []
    [done] = _take(seeds, tasks_, annotator="10").values()
    assert (done.counts.set_, done.counts.unanswered) == (8, 2)


def test_only_the_lines_whose_label_changes_are_written_anew(seeds):
    """As a spreadsheet left the file: marked, quoted throughout, ends of lines of Windows, a blank line, a column."""
    [path] = seeds.glob("*second-page.labels.csv")
    lines = path.read_text(encoding="utf-8").splitlines()
    quoted = [
        ",".join(f'"{field}"' for field in [*line.split(","), "note" if at == 0 else "见第2行"])
        for at, line in enumerate(lines)
    ]
    path.write_bytes(b"\xef\xbb\xbf" + ("\r\n".join([*quoted[:5], "", *quoted[5:]]) + "\r\n").encode())
    before = path.read_bytes().split(b"\r\n")
    tasks_ = _labelled(_export(seeds))[:1]
    _take(seeds, tasks_)
    after = path.read_bytes().split(b"\r\n")
    assert [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new] == [1]
    assert after[1].decode().split(",")[1] == LABELS[0]
    assert after[1].decode().endswith(",见第2行")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda task: task["data"].update(row_id="page-2-000172"), r"'page-2-000172' is of no page here"),
        (lambda task: task["data"].update(row_id="second-page-000173"), r"the page has no paragraph .*; did you mean"),
        (lambda task: task["data"].pop("row_id"), r"the key 'data\.row_id' is missing; import what 'bench labels exp"),
        (lambda task: task["data"].update(text="近日,"), r"text: is not that of paragraph .* from character 3 on"),
        (lambda task: task["data"].update(text=task["data"]["text"] + "。"), r"text: is not that of paragraph"),
        (lambda task: task["data"].update(text=5), r"data\.text: needs a text, got 5"),
        (lambda task: task.update(annotations=[_annotation("reform", "none")]), r"has 2 labels \(reform, none\)"),
        (
            lambda task: task.update(annotations=[_annotation("none"), _annotation("reform")]),
            r"is none by annotator '10', reform by annotator '10'; delete one in the tool",
        ),
        (lambda task: task.update(annotations=[_annotation("Reform")]), "unknown label 'Reform'; did you mean"),
        (lambda task: task.update(annotations="none"), r"annotations: should be a valid list, got 'none'"),
        (
            lambda task: task.update(
                annotations=[
                    {"result": [{"from_name": "sentiment", "type": "choices", "value": {"choices": ["none"]}}]}
                ]
            ),
            r"no choice of the control 'topic', but of 'sentiment'; label with the configuration",
        ),
        (
            lambda task: task["annotations"][0]["result"][0].update(value={"choices": "none"}),
            r"choices: needs a list of labels, got 'none'",
        ),
    ],
)
def test_a_fault_in_what_a_tool_exported_is_told_with_its_row_and_nothing_is_taken(seeds, change, message):
    tasks_ = _labelled(_export(seeds))
    change(tasks_[0])
    before = _bytes(seeds)
    with pytest.raises(BenchError, match=message) as error:
        _take(seeds, tasks_)
    assert str(error.value.place).endswith("export.json: row 1")
    assert _bytes(seeds) == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"label": ["none", "reform"]}, r"export\.jsonl:1: paragraph .* has 2 labels \(none, reform\); choose one"),
        ({"label": ["nonne"]}, r"export\.jsonl:1: unknown label 'nonne'; did you mean 'none'\?"),
        ({"label": [[0, 2, "none"]]}, r"export\.jsonl:1: label: needs a list of labels, got \[\[0, 2, 'none'\]\]"),
        ({"label": "none"}, r"export\.jsonl:1: label: needs a list of labels, got 'none'"),
        ({"text": "改"}, r"export\.jsonl:1: text: is not that of paragraph"),
        ({"row_id": None}, r"export\.jsonl:1: the key 'row_id' is missing"),
    ],
)
def test_a_fault_in_what_doccano_exported_is_told_with_its_line(seeds, change, message):
    rows = [json.loads(line) for line in _doccano_jsonl(_export(seeds, "doccano").read_bytes()).splitlines()]
    rows[0] |= {"label": ["none"], **change}
    with pytest.raises(BenchError, match=message):
        _take(seeds, rows, "doccano")


def test_doccano_names_no_annotators_and_takes_no_proposals(seeds, tmp_path):
    rows = [json.loads(line) for line in _doccano_jsonl(_export(seeds, "doccano").read_bytes()).splitlines()]
    with pytest.raises(BenchError, match="the file names no annotators, leave --annotator out"):
        _take(seeds, rows, "doccano", annotator="li")
    with pytest.raises(BenchError, match="doccano would take a proposal for a label; leave it out"):
        api.export_labels(KEY, seeds, "doccano", tmp_path / "x.jsonl", pass_="first", with_proposals=True, force=False)


def test_an_export_writes_over_nothing_unasked_and_wants_the_tools_ending(seeds, tmp_path):
    options = {"pass_": "first", "with_proposals": False, "force": False}
    (tmp_path / "tasks.xml").write_text("mine", encoding="utf-8")
    with pytest.raises(BenchError, match=r"tasks\.xml: is there already and would be lost; --force replaces it"):
        api.export_labels(KEY, seeds, "label-studio", tmp_path / "tasks.json", **options)
    assert not (tmp_path / "tasks.json").exists()
    with pytest.raises(BenchError, match=r"ends in '\.csv'; give a name that ends in \.json"):
        api.export_labels(KEY, seeds, "label-studio", tmp_path / "tasks.csv", **options)
    with pytest.raises(BenchError, match=r"no page has the key 'second'; did you mean 'second-page'\?"):
        api.export_labels("second", seeds, "doccano", tmp_path / "tasks.jsonl", **options)
    done = api.export_labels(str(seeds / "000_second-page.txt"), seeds, "doccano", tmp_path / "a.jsonl", **options)
    assert (done.rows, done.labelled) == (10, 0)


def test_label_studio_shows_a_proposal_as_a_prediction_and_no_import_reads_it(seeds, tmp_path):
    page_file = seeds / "000_second-page.txt"
    row_ids = [line.split(",")[0] for line in page_file.with_suffix(".labels.csv").read_text().splitlines()[1:]]
    lines = "".join(f"{row_id},none,0.{at},x/y,\n" for at, row_id in enumerate(row_ids))
    proposals = page_file.with_suffix(".proposals.csv")
    proposals.write_text("id,proposed,probability,system,opening\n" + lines, encoding="utf-8")
    out = tmp_path / "tasks.json"
    api.export_labels(KEY, seeds, "label-studio", out, pass_="first", with_proposals=True, force=False)
    made = json.loads(out.read_text(encoding="utf-8"))
    assert [task["predictions"][0]["score"] for task in made] == [
        proposal.probability for proposal in read_proposals(proposals).values()
    ]
    assert {task["predictions"][0]["model_version"] for task in made} == {"x/y"}
    [done] = _take(seeds, _label_studio_json(out.read_bytes())).values()
    assert (done.counts.set_, done.counts.unanswered) == (0, 10)


def test_the_labelling_configuration_names_what_the_tasks_hold():
    view = ET.fromstring(labelling_config(TOPIC_CHOICES))  # noqa: S314  our own
    text, choices = view
    assert (text.tag, text.attrib) == ("Text", {"name": "text", "value": "$text"})
    assert (choices.get("toName"), choices.get("choice")) == ("text", "single")
    assert [choice.get("value") for choice in choices] == list(LABELS)


@pytest.mark.parametrize(("name", "ending"), [(name, tool.ending) for name, tool in TOOLS.classes().items()])
def test_a_row_keeps_our_id_where_the_tool_gives_its_own(tmp_path, name, ending):
    [data, *_] = (
        TOOLS[name]().export([Task("p-000000", "改革", "reform")], TOPIC_CHOICES, tmp_path / f"x{ending}").values()
    )
    assert b'"id"' not in data


def test_label_studios_own_library_accepts_what_we_write_and_its_json_min_reads_back(seeds, tmp_path):
    interface = pytest.importorskip("label_studio_sdk.label_interface", reason="needs label-studio-sdk")
    converter = pytest.importorskip("label_studio_sdk.converter", reason="needs label-studio-sdk")
    config = labelling_config(TOPIC_CHOICES).decode()
    checked = interface.LabelInterface(config)
    checked.validate()
    full = _labelled(_export(seeds))
    written = Task("p-000000", "改革", "reform", Suggestion("none", 0.5, "x/y"))
    [ours] = json.loads(
        TOOLS["label-studio"]().export([written], TOPIC_CHOICES, tmp_path / "x.json")[tmp_path / "x.json"]
    )
    assert checked.validate_prediction(ours["predictions"][0], return_errors=True) == []
    for task in [ours, *full]:
        assert checked.validate_task({"data": task["data"]})
        assert checked.validate_annotation(task["annotations"][0])
    (tmp_path / "full.json").write_text(json.dumps(full), encoding="utf-8")
    converter.Converter(config, str(tmp_path)).convert_to_json_min(
        str(tmp_path / "full.json"), str(tmp_path / "min"), is_dir=False
    )
    records = json.loads((tmp_path / "min" / "result.json").read_text(encoding="utf-8"))
    [done] = _take(seeds, records).values()
    assert (done.counts.set_, done.counts.unanswered) == (10, 0)
