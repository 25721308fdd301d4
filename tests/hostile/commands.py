"""Bad arguments: of every command an option that is none, too few, too many, and for every path what is no file or folder of that kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from hostile.case import Case, write
from hostile.data_files import KINDS

# Every command with arguments that it bears in the world named, and which of them it cannot do without.
WHOLE: tuple[tuple[str, str, str], ...] = (
    ("run", "own", "run own.yaml --jobs 1"),
    ("audit", "own", "audit own.yaml"),
    ("init", "own", "init rows.csv --out new.yaml"),
    ("export", "own", "export own.yaml --system char-svm"),
    ("fit", "own", "fit own.yaml --system char-svm --out new"),
    ("compare", "ran", "compare results"),
    ("verify", "ran", "verify results --folder . --jobs 1"),
    ("report", "ran", "report results --folder . --out page.html"),
    ("predict", "model", "predict model texts.txt"),
    ("explain", "model", "explain model 改革"),
    ("build", "corpus", "build --out new"),
    ("add", "corpus", "add seeds/000_f014655719903d2a.txt --dry-run"),
    ("labels export", "corpus", "labels export f014655719903d2a --format doccano --out new.jsonl"),
    ("labels import", "corpus", "labels import new.jsonl --format doccano"),
    ("labels export of a table", "own", "labels export rows.csv --format doccano --out new.jsonl"),
    ("labels import of a table", "own", "labels import new.jsonl --format doccano --table rows.csv --out new.csv"),
    ("next", "model", "next own.yaml texts.txt"),
    ("cache info", "own", "cache info"),
    ("cache clear", "own", "cache clear"),
    ("list", "own", "list"),
    ("schema", "own", "schema"),
    ("completion", "own", "completion bash"),
)

# Values that options refuse: the arguments, and what is told.
VALUES: tuple[tuple[str, str, str], ...] = (
    ("own", "run", r"CONFIG"),
    ("own", "run own.yaml --jobs 0", r"jobs.*0"),
    ("own", "run own.yaml --jobs -1", r"jobs.*-1"),
    ("own", "run own.yaml --jobs many", r"jobs.*many"),
    ("own", "run own.yaml --jobs 1.5", r"jobs.*1\.5"),
    ("own", "run own.yaml --jobs", r"jobs"),
    ("own", "run own.yaml --systems nothing", r"nothing"),
    ("own", "run own.yaml --systems ''", r"bench: "),
    ("own", "run own.yaml --systems \x1b[31m", r"\\x1b"),
    ("own", "run own.yaml --jobs 1 --dask tcp://127.0.0.1:1", r"--jobs counts processes here"),
    ("own", "run own.yaml --dask nonsense", r"nonsense"),
    ("own", "run own.yaml --dask tcp://127.0.0.1:99999", r"99999"),
    ("own", "run own.yaml own.yaml", r"own\.yaml"),
    ("ran", "compare results --metric nonsense", r"nonsense"),
    ("ran", "compare results --metric f1:nobody", r"nobody"),
    ("ran", "compare results --metric ''", r"metric"),
    ("ran", "compare results --metric \x1b[2J", r"\\x1b"),
    ("ran", "compare results --sort nonsense", r"nonsense"),
    ("ran", "compare results --format pdf", r"pdf"),
    ("ran", "compare results --baseline nobody", r"nobody"),
    ("ran", "compare results --systems nobody", r"nobody"),
    ("ran", "compare results --equivalent 0", r"equivalent.*0"),
    ("ran", "compare results --equivalent -1", r"equivalent.*-1"),
    ("ran", "compare results --equivalent nan", r"equivalent|nan"),
    ("ran", "compare results --equivalent inf", r"equivalent|inf"),
    ("ran", "compare results --equivalent small", r"equivalent.*small"),
    ("ran", "compare results --published nowhere.yaml", r"nowhere\.yaml"),
    ("ran", "compare results --published own.yaml", r"own\.yaml"),
    ("ran", "compare results --against nowhere", r"nowhere"),
    ("ran", "compare results --fail-if-worse", r"--fail-if-worse needs --against"),
    ("ran", "compare results --against results --baseline majority", r"--baseline is for one table"),
    ("ran", "compare results/own/nobody", r"nobody"),
    ("ran", "compare rows.csv", r"rows\.csv"),
    ("ran", "verify results --jobs 0", r"jobs.*0"),
    ("ran", "verify nowhere", r"nowhere"),
    ("ran", "verify results --folder nowhere --jobs 1", r"--folder|nowhere"),
    ("ran", "report nowhere", r"nowhere"),
    ("ran", "report results --folder . --metric nonsense --out page.html", r"nonsense"),
    ("ran", "report results --folder . --out rows.csv", r"rows\.csv: .*--force|rows\.csv"),
    ("own", "audit own.yaml --similarity 0", r"similarity.*0"),
    ("own", "audit own.yaml --similarity 2", r"similarity.*2"),
    ("own", "audit own.yaml --similarity nan", r"similarity.*nan"),
    ("own", "audit own.yaml --similarity near", r"similarity.*near"),
    ("own", "audit own.yaml --fail-on nonsense", r"nonsense"),
    ("own", "audit own.yaml --fail-on ''", r"fail-on|''"),
    ("own", "audit own.yaml --format pdf", r"pdf"),
    ("own", "audit own.yaml --config all", r"--config|corpus"),
    ("own", "audit --config nobody", r"nobody"),
    ("own", "init rows.csv --out own.yaml", r"own\.yaml.*(--force|there)"),
    ("own", "init rows.csv --text nowhere --out new.yaml", r"nowhere"),
    ("own", "init rows.csv --label nowhere --out new.yaml", r"nowhere"),
    ("own", "init rows.csv --group nowhere --out new.yaml", r"nowhere"),
    ("own", "init rows.csv --text text --label text --out new.yaml", r"text"),
    ("own", "init own.yaml --out new.yaml", r"own\.yaml"),
    ("own", "export own.yaml --system nobody", r"nobody"),
    ("own", "export own.yaml", r"--system"),
    ("own", "export own.yaml --system char-svm --out rows.csv", r"rows\.csv.*(--force|there)"),
    ("own", "fit own.yaml --out new", r"--system"),
    ("own", "fit own.yaml --system nobody --out new", r"nobody"),
    ("own", "fit own.yaml --system char-svm", r"--out"),
    ("own", "fit own.yaml --system char-svm --out rows.csv", r"rows\.csv"),
    ("own", "fit own.yaml --system char-svm --out rows.csv/model", r"rows\.csv"),
    ("own", "fit own.yaml --system char-svm --out new --results nowhere", r"nowhere"),
    ("model", "fit own.yaml --system char-svm --out model", r"model.*(--force|there)"),
    ("model", "predict nowhere texts.txt", r"nowhere: no such model"),
    ("model", "predict model nowhere.txt", r"nowhere\.txt: no such file"),
    ("model", "predict model texts.txt --text text", r"--text|text"),
    ("model", "predict model texts.txt --id id", r"--id|id"),
    ("model", "predict model texts.txt --keep n", r"--keep|n"),
    ("model", "predict model texts.jsonl --text nowhere", r"nowhere"),
    ("model", "predict model texts.jsonl --id nowhere", r"nowhere"),
    ("model", "predict model texts.jsonl --keep nowhere", r"nowhere"),
    ("model", "predict model texts.jsonl --encoding gb18030", r"encoding"),
    ("model", "predict model texts.txt --encoding nonsense", r"nonsense"),
    ("model", "predict model texts.txt --encoding undefined", r"undefined"),
    ("model", "predict model texts.txt --encoding base64", r"base64"),
    ("model", "predict model texts.txt --encoding idna", r"idna"),
    ("model", "predict model texts.txt --encoding ascii", r"ascii|byte"),
    ("model", "predict model texts.txt --encoding ''", r"encoding|''"),
    ("model", "predict model texts.txt --format pdf", r"pdf"),
    ("model", "predict model texts.txt --out texts.jsonl", r"texts\.jsonl.*(--force|there)"),
    ("model", "predict model texts.txt --out rows.csv/x.csv", r"rows\.csv"),
    ("model", "predict model own.yaml", r"own\.yaml"),
    ("model", "predict own.yaml texts.txt", r"own\.yaml: is no model"),
    ("model", "predict . texts.txt", r"holds no model"),
    ("model", "explain model", r"TEXT"),
    ("model", "explain model ''", r"text|blank|empty"),
    ("model", "explain model 改革 --top 0", r"top.*0"),
    ("model", "explain model 改革 --top many", r"top.*many"),
    ("model", "explain model 改革 --format pdf", r"pdf"),
    ("model", "explain nowhere 改革", r"nowhere: no such model"),
    ("corpus", "build --seeds nowhere --out new", r"nowhere"),
    ("corpus", "build --out new --without nobody", r"nobody"),
    ("corpus", "build --out new --without f014655719903d2a", r"bench: "),
    ("corpus", "build --out corpus.yaml", r"corpus\.yaml"),
    ("corpus", "build --out seeds", r"seeds"),
    ("corpus", "build --out results", r"results"),
    ("corpus", "add nowhere.txt", r"nowhere\.txt"),
    ("corpus", "add corpus.yaml --key ''", r"key|''"),
    ("corpus", "add corpus.yaml --key a/b", r"a/b"),
    ("corpus", "add corpus.yaml --key ..", r"\.\."),
    ("corpus", "add corpus.yaml --key \x1b[31m", r"\\x1b"),
    ("corpus", "add corpus.yaml --key " + "x" * 300, r"xxx"),
    ("corpus", "add corpus.yaml --encoding undefined", r"undefined"),
    ("corpus", "add corpus.yaml --encoding nonsense", r"nonsense"),
    ("corpus", "add corpus.yaml --encoding base64", r"base64"),
    ("corpus", "add corpus.yaml --encoding utf-16", r"utf-16|corpus\.yaml"),
    ("corpus", "labels export nobody --format doccano --out new.jsonl", r"nobody"),
    ("corpus", "labels export f014655719903d2a --format excel --out new.jsonl", r"excel"),
    ("corpus", "labels export f014655719903d2a --format doccano", r"--out"),
    ("corpus", "labels export f014655719903d2a --format doccano --out corpus.yaml", r"corpus\.yaml"),
    ("corpus", "labels export f014655719903d2a --format doccano --out new.jsonl --pass third", r"third"),
    ("corpus", "labels import nowhere.jsonl --format doccano", r"nowhere\.jsonl"),
    ("corpus", "labels import corpus.yaml --format doccano", r"corpus\.yaml"),
    ("corpus", "labels import corpus.yaml --format label-studio", r"corpus\.yaml"),
    ("own", "labels export nowhere.csv --format doccano --out new.jsonl", r"nowhere\.csv: no such file"),
    ("own", "labels export own.yaml --format doccano --out new.jsonl", r"seeds: no seed pages"),
    ("own", "labels export rows.csv --format doccano --out new.json", r"new\.json"),
    ("own", "labels export rows.csv --format label-studio --out new.jsonl", r"new\.jsonl"),
    ("own", "labels export rows.csv --format doccano --out rows.csv", r"rows\.csv"),
    (
        "own",
        "labels export rows.csv --format doccano --out new.jsonl --text nowhere",
        r"rows\.csv: no column 'nowhere'",
    ),
    ("own", "labels export rows.csv --format doccano --out new.jsonl --id nowhere", r"rows\.csv: no column 'nowhere'"),
    (
        "own",
        "labels export rows.csv --format doccano --out new.jsonl --id label",
        r"rows\.csv:4: id '甲' appears twice, first at rows\.csv:2",
    ),
    ("own", "labels export rows.csv --format doccano --out new.jsonl --labels 甲", r"rows\.csv.*'乙'"),
    ("own", "labels export rows.csv --format doccano --out new.jsonl --labels 甲,甲", r"'甲'"),
    ("own", "labels export rows.csv --format doccano --out new.jsonl --labels ''", r"labels"),
    ("own", "labels export rows.csv --format doccano --out new.jsonl --labels-from nowhere", r"nowhere: no such file"),
    ("own", "labels export rows.csv --format doccano --out new.jsonl --pass second", r"--pass is for seed pages"),
    (
        "own",
        "labels import nowhere.jsonl --format doccano --table rows.csv --out new.csv",
        r"nowhere\.jsonl: no such file",
    ),
    ("own", "labels import own.yaml --format doccano --table rows.csv --out new.csv", r"own\.yaml"),
    ("own", "labels import rows.csv --format doccano --table nowhere.csv --out new.csv", r"nowhere\.csv: no such file"),
    ("own", "labels import rows.csv --format doccano --table rows.csv", r"--out"),
    ("own", "labels import rows.csv --format label-studio --table rows.csv --out new.csv", r"rows\.csv"),
    ("model", "next own.yaml", r"UNLABELLED"),
    ("model", "next nowhere.yaml texts.txt", r"nowhere\.yaml: no such file"),
    ("model", "next own.yaml nowhere.txt", r"nowhere\.txt: no such file"),
    ("model", "next own.yaml own.yaml", r"own\.yaml"),
    ("model", "next own.yaml texts.jsonl --text nowhere", r"texts\.jsonl: no column 'nowhere'"),
    ("model", "next own.yaml texts.txt --rows 0", r"rows.*0"),
    ("model", "next own.yaml texts.txt --rows many", r"rows.*many"),
    ("model", "next own.yaml texts.txt --system nobody", r"own\.yaml: no system 'nobody'"),
    ("model", "next own.yaml texts.txt --strategy nonsense", r"unknown strategy 'nonsense'"),
    ("model", "next own.yaml texts.txt --random-share nan", r"random-share.*nan"),
    ("model", "next own.yaml texts.txt --random-share -0.1", r"random-share.*-0\.1"),
    ("model", "next own.yaml texts.txt --random-share 1.1", r"random-share.*1\.1"),
    ("model", "next own.yaml texts.txt --format pdf", r"pdf"),
    ("model", "next own.yaml texts.txt --format doccano", r"--out is missing"),
    ("model", "next own.yaml pool.txt --out new.pdf", r"new\.pdf: unknown file ending '\.pdf'"),
    ("model", "next own.yaml pool.txt --out rows.csv", r"rows\.csv: is there already"),
    ("own", "cache clear nonsense", r"nonsense"),
    ("own", "cache info --format pdf", r"pdf"),
    ("own", "cache", r""),
    ("own", "list nonsense", r"nonsense"),
    ("own", "list liner-svm", r"did you mean 'linear-svm'"),
    ("own", "list --format pdf", r"pdf"),
    ("own", "schema --out own.yaml", r"own\.yaml.*(--force|there)"),
    ("own", "schema --out rows.csv/x.json", r"rows\.csv"),
    ("own", "completion tcsh", r"tcsh"),
    ("own", "completion", r"SHELL|bash"),
    ("own", "nonsense", r"nonsense"),
    ("own", "rnu own.yaml", r"rnu"),
    ("own", "--nonsense", r"--nonsense"),
    ("own", "\x1b[31m", r"\\x1b"),
    ("own", "x" * 5000, r"bench: .*xxx"),
)

# Each argument of a command that is a path: where it stands is {}. `folder`: one is meant; `out`: something is written.
PATHS: tuple[tuple[str, str, str], ...] = (
    ("own", "run {} --jobs 1", "file"),
    ("own", "run own.yaml --jobs 1 --results {}", "out folder shared"),
    ("own", "audit {}", "file"),
    ("own", "export {} --system char-svm", "file"),
    ("own", "export own.yaml --system char-svm --out {}", "out file"),
    ("own", "fit {} --system char-svm --out new", "file"),
    ("own", "fit own.yaml --system char-svm --out {}", "out folder"),
    ("own", "schema --out {}", "out file"),
    ("own", "init rows.csv --out {}", "out file"),
    ("ran", "compare {}", "folder"),
    ("ran", "compare results --published {}", "file"),
    ("ran", "compare results --against {}", "folder"),
    ("ran", "verify {} --jobs 1", "folder"),
    ("ran", "report {} --folder . --out page.html", "folder"),
    ("ran", "report results --folder . --out {}", "out file"),
    ("model", "predict {} texts.txt", "folder"),
    ("model", "predict model {} --format csv", "file"),
    ("model", "predict model texts.txt --out {}", "out file"),
    ("model", "explain {} 改革", "folder"),
    ("corpus", "build --seeds {} --out new", "folder"),
    ("corpus", "build --out {}", "out folder"),
    ("corpus", "add {} --dry-run", "file"),
    ("corpus", "labels import {} --format doccano", "file"),
    ("corpus", "labels export f014655719903d2a --format doccano --out {}", "out file"),
    ("own", "labels import {} --format doccano --table rows.csv --out new.csv", "file"),
    ("model", "next {} texts.txt", "file"),
    ("model", "next own.yaml {}", "file"),
    ("model", "next own.yaml pool.txt --out {}", "out file"),
)


def cases() -> Iterator[Case]:
    """Every one of them."""
    for command, world, arguments in WHOLE:
        words = arguments.split()
        yield Case(
            "arguments",
            f"{command} --nonsense",
            (*words, "--nonsense"),
            r"No such option: --nonsense|nonsense",
            world=world,
        )
        if command not in {"run", "compare", "verify", "report", "list"}:
            yield Case("arguments", f"{command}: one too many", (*words, "zuviel", "trop"), r"zuviel|trop", world=world)
    for world, arguments, says in VALUES:
        words = tuple("" if word == "''" else word for word in arguments.split(" "))
        yield Case("arguments", arguments, words, says, world=world, begun="--equivalent" in words)
    yield from _paths()


def _paths() -> Iterator[Case]:
    for world, arguments, kind in PATHS:
        for what, path, make in _no_such(kind):
            words = tuple(path if word == "{}" else word for word in arguments.split())
            # What is written to a device goes through it, as from a shell: nothing there can be lost.
            through = (
                kind == "out file"
                and not {"labels", "next"} & {*arguments.split()}
                and what in {"a link to /dev/zero", "a device"}
            )
            meant = r"bad|null|long|Name too|長" if what != "a name that moves the terminal" else r"\\x1b"
            yield Case("paths", f"{arguments.format('PATH')}: {what}", words, "" if through else meant, 0 if through else 2,
                       world, change=make, begun=True)  # fmt: skip


def _no_such(kind: str) -> Iterator[tuple[str, str, Callable[[Path], object]]]:
    for what, make in KINDS:
        if what == "a link to nothing" and kind.startswith("out"):
            continue  # something may be written there
        if what == "a folder" and "folder" in kind:
            continue
        yield what, "bad", lambda folder, make=make: make(folder / "bad")
    yield "below a file", "bad/below", write("bad", "")
    yield "a name that is too long", "長" * 300, lambda _: None
    yield "a name of 5000 characters", "長" * 5000, lambda _: None
    if "out" not in kind:
        yield "a name that moves the terminal", "\x1b[31m\n", lambda _: None
        yield "nothing", "bad", lambda _: None
    else:
        yield "a device", "/dev/null/x" if "folder" in kind else "/dev/null", lambda _: None
    if kind == "out folder":  # to itself alone
        yield "a folder of others", "bad", write("bad/notes.md", "mine")
