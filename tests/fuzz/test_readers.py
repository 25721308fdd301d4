"""Whatever pages, tables, experiment files, records, checkpoints and models hold: read, or refused in one line."""

from __future__ import annotations

import contextlib
import functools
import gzip
import hashlib
import json
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from hostile.worlds import Worlds
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.core.yaml_files import load_yaml
from bench.corpus.pages import fold, repair_page
from bench.data.sources.files import FilesSource
from bench.deployment.models.folder import read
from bench.deployment.models.model import ARRAYS, MODEL, Model, model_digest
from bench.execution.checkpoints import Checkpoints
from bench.execution.predictions import Predictions
from bench.execution.results import PREDICTIONS, RECORD, StoredRun, read_run
from bench.experiment.config import Experiment, load_experiment
from fuzz.mutation import damaged, mutated
from fuzz.trying import check_refusal, fuzz

ROOT = Path(__file__).parents[2]
STORED = ROOT / "results" / "quick" / "char-svm"
PIECES = (
    *"近日，,。.:;？!“”\"'（(）)、《》…—-#　\t\n\r\ufeff\u2028\x00□•·0１a%/ 😀",
    *("\n\n", "\r\n", "# ", "#### ", "　　", "......", "--", "3.5", "一、", "(一)", "本报讯", "(记者 李娜)", "张黎 摄"),
    *("新华社北京11月3日电", "图为", "筑\n牢\n理\n", "破难题 树导向", "（下转第三版）", "责任编辑 李娜", "图①:", "▲"),
)
PAGES = st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
TABLE = b'text,label,group\n"a, ""b""",x,1\nc,y,1\nd,x,2\ne,y,2\n'
ROWS = [{"text": "a", "label": "x", "group": 1}, {"text": "\u6539", "label": "y", "group": 2}]
TABLES = st.one_of(
    st.tuples(st.just(".csv"), st.binary(max_size=60) | damaged(TABLE)),
    st.tuples(st.just(".tsv"), damaged(TABLE.replace(b",", b"\t"))),
    st.tuples(st.just(".csv"), st.text(alphabet='",\n\r;ab \t一', max_size=60).map(lambda text: f"text,label\n{text}".encode())),
    st.tuples(st.just(".csv.gz"), damaged(gzip.compress(TABLE, mtime=0))),
    st.tuples(st.just(".json"), damaged(json.dumps(ROWS).encode()) | mutated(ROWS).map(lambda rows: json.dumps(rows).encode())),
    st.tuples(st.just(".jsonl"), damaged("\n".join(map(json.dumps, ROWS)).encode())),
    st.tuples(st.just(".jsonl"), mutated(ROWS[0]).map(lambda row: json.dumps(row).encode())),
)  # fmt: skip


@functools.cache
def _folder() -> Path:
    """A folder for what is tried, of this process."""
    return Path(tempfile.mkdtemp(prefix="bench-fuzz-"))


@fuzz("pages", 0.47, PAGES)
def test_a_page_of_any_text_is_repaired_without_loss(text):
    page = repair_page(text)
    pieces = {id(piece): piece for piece in page.furniture}
    for article in page.articles:
        heads = (article.title, *article.subtitles, article.byline, article.dateline, article.credit)
        sections = (paragraph.section for paragraph in article.paragraphs)
        pieces |= {id(piece): piece for piece in (*heads, *sections, *article.paragraphs) if piece is not None}
    covered = Counter(at for piece in pieces.values() for span in piece.spans for at in range(span.start, span.end))
    assert all(count == 1 for count in covered.values())
    assert all(text[at].isspace() or text[at] in "#\ufeff" for at in range(len(text)) if at not in covered)
    for piece in pieces.values():
        assert fold("".join(span.of(text) for span in piece.spans)) == fold(piece.text)


@fuzz("sources", 0.30, TABLES)
def test_any_table_is_read_or_refused(table):
    ending, content = table
    path = _folder() / f"rows{ending}"
    path.write_bytes(content)
    source = FilesSource.model_validate(
        {"kind": "files", "train": str(path), "text": "text", "label": "label"}, context={"folder": _folder()}
    )
    try:
        assert isinstance(source.load(), LabelledTexts)
    except BenchError as error:
        assert str(error).startswith(str(path))
        check_refusal(error)


def _as_yaml(value: object) -> str:
    """JSON is YAML; what it cannot say of numbers, YAML says with a dot."""
    text = json.dumps(value, ensure_ascii=True).replace("NaN", ".nan")
    return text.replace("-Infinity", "-.inf").replace("Infinity", ".inf")


@fuzz("experiment files", 0.03, st.deferred(lambda: mutated(load_yaml(ROOT / "configs" / "quick.yaml").value)))
def test_any_experiment_file_is_read_or_refused(value):
    path = _folder() / "mutated.yaml"
    path.write_text(_as_yaml(value), encoding="utf-8")
    try:
        assert isinstance(load_experiment(path), Experiment)
    except BenchError as error:
        assert error.place is not None
        assert error.place.startswith(str(path))
        check_refusal(error)


def _record(content: bytes, predictions: bytes) -> None:
    folder = _folder() / "system"
    folder.mkdir(exist_ok=True)
    (folder / RECORD).write_bytes(content)
    (folder / PREDICTIONS).write_bytes(predictions)
    try:
        run = read_run(folder)
        assert isinstance(run, StoredRun)
        # What is read at all is what was written.
        assert run.predictions().sha256() == run.record.predictions_sha256
    except BenchError as error:
        assert str(error).startswith(str(folder))
        check_refusal(error)


@fuzz("records", 0.03, st.deferred(lambda: mutated(json.loads((STORED / RECORD).read_bytes()))))
def test_any_fields_of_a_record_are_read_or_refused(fields):
    _record(json.dumps(fields).encode(), (STORED / PREDICTIONS).read_bytes())


@fuzz("records", 0.03, st.deferred(lambda: damaged((STORED / PREDICTIONS).read_bytes())))
def test_any_bytes_of_predictions_are_read_or_refused(content):
    _record((STORED / RECORD).read_bytes(), content)


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8)


@st.composite
def _predictions(draw):
    rows, repeats = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    classes = tuple(sorted(draw(st.sets(NAMES, min_size=2, max_size=4))))
    codes = npst.arrays(np.int64, st.just((repeats, rows)), elements=st.integers(0, len(classes) - 1))
    truth = draw(npst.arrays(np.int64, rows, elements=st.integers(0, len(classes) - 1)))
    ids = tuple(draw(st.lists(NAMES, min_size=rows, max_size=rows, unique=True)))
    return Predictions(ids, classes, truth, draw(codes) % 2, draw(codes), None)


@fuzz("records", 0.04, _predictions())
def test_predictions_come_back_as_they_were(predictions):
    again = Predictions.from_parquet(predictions.to_parquet())
    assert (again.row_ids, again.fold.tolist()) == (predictions.row_ids, predictions.fold.tolist())
    # Classes that no row names and no row is guessed are not stored; the names of the others are.
    for of_again, of_predictions in ((again.truth, predictions.truth), (again.prediction, predictions.prediction)):
        stored, written = np.array(again.classes)[of_again], np.array(predictions.classes)[of_predictions]
        assert stored.tolist() == written.tolist()


ARRAYS_OF_A_BLOCK = st.dictionaries(
    st.sampled_from(["guess", "scores", "fold"]),
    npst.arrays(st.sampled_from([np.int64, np.float64, np.uint8]), npst.array_shapes(max_dims=2, max_side=4)),
)
VALUES = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none(), max_size=3)


@fuzz("checkpoints", 0.04, ARRAYS_OF_A_BLOCK, VALUES, st.integers(0, 9))
def test_a_checkpoint_comes_back_as_it_was_and_for_its_own_repeat_alone(arrays, values, repeat):
    blocks = Checkpoints(_folder() / "blocks", "a" * 64)
    shutil.rmtree(blocks.folder, ignore_errors=True)
    blocks.put(repeat, arrays, values)
    stored = blocks.get(repeat)
    assert stored is not None
    assert stored[1] == values
    assert {name: (each.dtype, each.tobytes()) for name, each in stored[0].items()} == {
        name: (each.dtype, each.tobytes()) for name, each in arrays.items()
    }
    assert blocks.get(repeat + 1) is None
    assert Checkpoints(_folder() / "blocks", "b" * 64).get(repeat) is None


@functools.cache
def _block() -> bytes:
    blocks = Checkpoints(_folder() / "block", "a" * 64)
    blocks.put(0, {"guess": np.arange(4)}, {"seconds": 1})
    [path] = (_folder() / "block").iterdir()
    return path.read_bytes()


@fuzz("checkpoints", 0.04, st.deferred(lambda: damaged(_block())), st.booleans())
def test_a_damaged_checkpoint_is_no_checkpoint(content, sealed):
    _block()
    blocks = Checkpoints(_folder() / "block", "a" * 64)
    [path] = (_folder() / "block").iterdir()
    # As it lies, or under the checksum that its payload should have.
    path.write_bytes(hashlib.sha256(content[32:]).digest() + content[32:] if sealed else content)
    stored = blocks.get(0)
    assert stored is None or sealed or (stored[0]["guess"].tolist(), stored[1]) == ([0, 1, 2, 3], {"seconds": 1})


@functools.cache
def _model() -> tuple[bytes, bytes]:
    folder = Worlds(_folder() / "worlds").unharmed("model") / "model"
    return (folder / MODEL).read_bytes(), (folder / ARRAYS).read_bytes()


def _read_model(fields: bytes, arrays: bytes) -> None:
    folder = _folder() / "model"
    folder.mkdir(exist_ok=True)
    (folder / MODEL).write_bytes(fields)
    (folder / ARRAYS).write_bytes(arrays)
    try:
        assert isinstance(read(folder), Model)
    except BenchError as error:
        check_refusal(error)


@fuzz("models", 0.01, st.deferred(lambda: mutated(json.loads(_model()[0]))), st.booleans())
def test_any_fields_of_a_model_are_read_or_refused(fields, sealed):
    if sealed and isinstance(fields, dict):
        with contextlib.suppress(ValueError, RecursionError):  # NaN, half a surrogate pair: no digest is right
            fields["model_sha256"] = model_digest(fields)
    _read_model(json.dumps(fields).encode(), _model()[1])


@fuzz("models", 0.01, st.deferred(lambda: damaged(_model()[1])), st.booleans())
def test_any_arrays_of_a_model_are_read_or_refused(content, sealed):
    fields = json.loads(_model()[0])
    if sealed:
        fields["files"] = {ARRAYS: hashlib.sha256(content).hexdigest()}
        fields["model_sha256"] = model_digest(fields)
    _read_model(json.dumps(fields).encode(), content)
