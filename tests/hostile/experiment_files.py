"""Bad experiment files: every key with values of a wrong kind or out of its bounds, YAML that is none, files that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hostile.case import Case, replace, write
from hostile.worlds import OWN

NOT_INTEGER = ("three", "1.5", "null", "true", "[[3]]", "{a: 1}", ".nan", ".inf", "1e999", "2024-01-01", "''", "\"\\0\"")  # fmt: skip
NOT_NUMBER = ("three", "null", "true", "[[1]]", "{a: 1}", ".nan", ".inf", "-.inf", "1e999", "2024-01-01", "''", "[]", "0", "-1", "[1, 0]", "[1, 1]", "1e-300", "[1, 1e-300]")  # fmt: skip
NOT_TRUTH = ("maybe", "1", "null", "[true]", "{a: 1}", "'true'", ".nan")
NOT_CHOICE = ("nonsense", "1", "true", "[word]", "{a: 1}", ".nan", "''", '"\\e[2J"', '"\\U0001F600"')
NOT_FILE = ("1", "true", "{a: 1}", "''", "\"a\\0b\"", "~nouser-of-bench/x", "nowhere.csv", ".", "/dev/zero", "/proc/kmsg", "長" * 300, "\"\\e[31m.csv\"")  # fmt: skip
NOT_NAME = ("''", "' '", "null", "true", "1", "[own]", "{a: 1}", "a/b", "..", ".own", "con", "run.json", "x" * 61, "\"a\\0b\"", "\"\\e[31m\"", "own.", "字" * 200)  # fmt: skip

# The key, the text that gives it in OWN, its line, and what is no value of it.
KEYS = (
    ("name", "name: own", "name", 1, NOT_NAME),
    ("data.kind", "kind: files", "kind", 2, NOT_CHOICE),
    ("data.train", "train: rows.csv", "train", 2, NOT_FILE),
    ("data.text", "text: text", "text", 2, ("''", "null", "true", "1", "[text]", "{a: 1}", "nowhere", "\"\\e[2J\"", "x" * 2000)),
    ("data.label", "label: label", "label", 2, ("''", "null", "true", "1", "[label]", "{a: 1}", "nowhere", "\"\\u202e\"", "x" * 2000)),
    ("data.group", "label: label", "label: label, group", 2, ("''", "true", "1", "[label]", "nowhere", "\"\\u202e\"")),
    ("data.id", "label: label", "label: label, id", 2, ("''", "true", "1", "[label]", "nowhere", "label", "\"\\u202e\"")),
    ("data.delimiter", "label: label", "label: label, delimiter", 2, ("''", "ab", "'\"'", "\"\\n\"", "1", "true", "[',']")),
    ("data.columns", "label: label", "label: label, columns", 2, ("1", "[]", "[text]", "[text, text]", "[1, 2]", "{a: 1}", "[a, b]")),
    ("protocol.kind", "kind: repeated-stratified", "kind", 3, NOT_CHOICE),
    ("protocol.folds", "folds: 3", "folds", 3, (*NOT_INTEGER, "0", "1", "-3", "999")),
    ("protocol.repeats", "repeats: 2", "repeats", 3, (*NOT_INTEGER, "0", "-3", "1001")),
    ("protocol.inner_folds", "inner_folds: 2", "inner_folds", 3, (*NOT_INTEGER, "0", "1", "-3")),
    ("protocol.random_state", "inner_folds: 2", "inner_folds: 2, random_state", 3, (*NOT_INTEGER, "-1", "4294967296", str(2**62))),
    ("protocol.train_sizes", "inner_folds: 2", "inner_folds: 2, train_sizes", 3, ("[]", "most", "[0]", "[1]", "[-2]", "[1.5]", "{a: 1}", "[99999]", "[.nan]", "[null]")),
    ("systems.1.name", "name: char-svm", "name", 7, (*NOT_NAME, "majority", "MAJORITY")),
    ("systems.1.features.kind", "kind: tfidf", "kind", 8, NOT_CHOICE),
    ("systems.1.features.tokens", "tokens: char", "tokens", 8, NOT_CHOICE),
    ("systems.1.features.ngrams", "tokens: char", "tokens: char, ngrams", 8, ("1", "[1]", "[2, 1]", "[0, 1]", "[-1, 2]", "[1, 2, 3]", "[1, 4000000000]", "[1, 101]", "[a, b]", "{a: 1}", "null", "[1, .inf]", "[1.5, 2]", "[]")),
    ("systems.1.features.min_df", "tokens: char", "tokens: char, min_df", 8, ("three", "null", "true", "[3]", "{a: 1}", ".nan", ".inf", "0", "-1", "1.5", "-0.1")),
    ("systems.1.features.sublinear_tf", "tokens: char", "tokens: char, sublinear_tf", 8, NOT_TRUTH),
    ("systems.1.features.lowercase", "tokens: char", "tokens: char, lowercase", 8, NOT_TRUTH),
    ("systems.1.features.norm", "tokens: char", "tokens: char, norm", 8, ("l3", "1", "true", "[l2]", "{a: 1}", ".nan", "''")),
    ("systems.1.features.stop_words", "tokens: char", "tokens: word, stop_words", 8, NOT_FILE),
    ("systems.1.features.user_dictionary", "tokens: char", "tokens: word, user_dictionary", 8, NOT_FILE),
    ("systems.1.classifier.kind", "kind: linear-svm", "kind", 9, NOT_CHOICE),
    ("systems.1.classifier.C", "C: [1, 10]", "C", 9, (*NOT_NUMBER, f"{list(range(1, 5000))}")),
    ("systems.1.classifier.class_weight", "C: [1, 10]", "class_weight", 9, ("light", "1", "true", "[balanced]", "{a: 1}", ".nan")),
    ("systems.1.calibration", "C: [1, 10]}", "C: [1, 10]}\n    calibration", 10, ("platt", "1", "true", "[sigmoid]", "{a: 1}", ".nan", "''")),
)  # fmt: skip

# Classifiers and features that OWN does not name, as they stand in it, with values that they do not bear.
KINDS = (
    ("{kind: linear-svm, C: [1, 10]}", "{kind: logistic, C: %s}", "classifier", ("1e-300", "1e308", "0", "-1", ".nan", "[1, 1e-300]")),
    ("{kind: linear-svm, C: [1, 10]}", "{kind: complement-nb, alpha: %s}", "classifier", ("-1", ".nan", ".inf", "three", "[]")),
    ("{kind: linear-svm, C: [1, 10]}", "{kind: multinomial-nb, alpha: %s}", "classifier", ("-1", ".nan", ".inf", "three", "[]")),
    ("{kind: linear-svm, C: [1, 10]}", "{kind: ridge, alpha: %s}", "classifier", ("-1", ".nan", ".inf", "three", "[]")),
    ("{kind: linear-svm, C: [1, 10]}", "{kind: knn, k: %s}", "classifier", ("0", "-1", "1.5", ".nan", "three", "[]", "[0]")),
    ("{kind: linear-svm, C: [1, 10]}", "{kind: majority, %s}", "classifier", ("C: 1", "random: 1", "kind: length")),
    ("{kind: tfidf, tokens: char}", "{kind: lsa, dimensions: %s}", "features", ("0", "-1", "1.5", ".nan", "three", "[2]", "10000000000")),
    ("{kind: tfidf, tokens: char}", "{kind: concat, parts: %s}", "features", ("[]", "1", "[{kind: tfidf}]", "[{kind: concat, parts: []}]", "{kind: tfidf}", "[1, 2]")),
    ("{kind: tfidf, tokens: char}", "{kind: embedding, embedder: %s}", "features", ("usem", "1", "{kind: nothing}", "[usem3]", "{kind: model2vec, path: .}", "{kind: model2vec, path: ..}", "{kind: model2vec, path: /proc}", "{kind: model2vec, path: nowhere}")),
)  # fmt: skip

# Names of classes: what stands at `names:`, and what is told.
NAMES = (
    ("{}", "names: is empty"),
    ("3", "names: needs a mapping of keys and values, got 3"),
    ("[甲, 乙]", "names: needs a mapping of keys and values, got "),
    ("nonsense", "names: needs a mapping of keys and values, got 'nonsense'"),
    (".nan", "names: needs a mapping of keys and values, got nan"),
    ("{甲: 甲}", "names: the class '乙' has no name"),
    ("{甲: 甲, 乙: 乙, 丙: 丙}", "names: no row has the label '丙'"),
    ("{甲: '', 乙: b}", "names\\.甲: is blank"),
    ('{甲: "\\u3000", 乙: b}', "names\\.甲: is blank"),
    ("{甲: 1, 乙: b}", "names\\.甲: should be a valid string, got 1"),
    ("{甲: null, 乙: b}", "names\\.甲: should be a valid string, got None"),
    ("{甲: true, 乙: b}", "names\\.甲: should be a valid string, got True"),
    ("{甲: [], 乙: b}", "names\\.甲: the list should have at least 1 item"),
    ("{甲: [a, [b]], 乙: b}", "names\\.甲\\.1: takes one value, got the list "),
    ("{甲: {a: 1}, 乙: b}", "names\\.甲\\.0: should be a valid string, got "),
    ("{甲: a, 乙: a}", "names: '乙' and '甲' have one name, 'a'"),
    ("{甲: [b, a], 乙: [a, c]}", "names: '乙' and '甲' have one name, 'a'"),
    ("{甲: a, 乙: \u0430}", "names: '乙' and '甲' have one name, .*looks alike"),
    ("{甲: a, 甲: b}", "key '甲' appears twice"),
    ("{1: a, 乙: b}", "names: (no row has the label '1'|the class '甲' has no name)"),
)
TEMPLATES = (
    ("''", "names_template(\\.\\d)?: holds no \\{\\}"),
    ("新闻", "names_template(\\.\\d)?: holds no \\{\\}"),
    ("'{}{}'", "names_template(\\.\\d)?: holds 2 times \\{\\}"),
    ("3", "names_template(\\.\\d)?: should be a valid string, got 3"),
    ("[]", "names_template(\\.\\d)?: the list should have at least 1 item"),
    ("['{}', x]", "names_template\\.1: holds no \\{\\}"),
    ("{a: '{}'}", "names_template(\\.\\d)?: should be a valid string, got "),
    ("'{}'", "names_template: there are no names"),
)

YAML = (
    ("a tag", "folds: 3", "folds: !!binary aGVsbG8=", r"own\.yaml:3: YAML tag 'tag:yaml\.org,2002:binary' is not allowed"),
    ("a tag of Python", "folds: 3", "folds: !!python/object/apply:os.system [id]", r"own\.yaml:3: YAML tag .*python/object/apply:os\.system' is not allowed"),
    ("a merge key", "folds: 3", "<<: {folds: 3}", r"own\.yaml:3: merge keys \('<<'\) are not allowed"),
    ("a key twice", "folds: 3", "folds: 3, folds: 4", r"own\.yaml:3: key 'folds' appears twice, first on line 3"),
    ("9000 lists in each other", "folds: 3", "folds: " + "[" * 9000, r"own\.yaml:3: lists and mappings lie more than 50 deep"),
    ("an integer of 5000 digits", "folds: 3", "folds: " + "9" * 5000, r"own\.yaml:3: the integer 9{20}… is too large"),
    ("a key that moves the terminal", "folds: 3", '"\\e[2J\\u202e": 3', r"own\.yaml:3: unknown key '\\x1b\[2J\\u202e'"),
    ("half a surrogate pair", "train: rows.csv", 'train: "\\ud800.csv"', r"own\.yaml:2: '\\ud800\.csv' holds half a surrogate pair"),
    ("an undefined alias", "name: own", "name: own\na: &a [x, x]\nb: &b [*a, *a]\nc: [*c]", r"own\.yaml:4: not YAML: found undefined alias"),
    ("a billion laughs", "name: own", "name: own\na: &a [x, x]\n" + "".join(f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)), r"own\.yaml:\d+: "),
    ("an alias of itself", "folds: 3", "folds: &x [*x]", r"own\.yaml:3: "),
    ("a tabulator as indent", "  - name: majority", "\t- name: majority", r"own\.yaml:\d+: not YAML"),
    ("an open quote", "name: own", "name: 'own", r"own\.yaml:\d+: not YAML"),
    ("an open brace", "inner_folds: 2}", "inner_folds: 2", r"own\.yaml:\d+: not YAML"),
    ("two documents", "protocol:", "---\nprotocol:", r"own\.yaml:\d+: "),
    ("an unknown key", "name: own", "name: own\nauthor: me", r"own\.yaml:2: unknown key 'author'"),
    ("a key nearly right", "folds: 3", "fold: 3", r"own\.yaml:3: unknown key 'fold'.* did you mean 'folds'"),
    ("a key that is a number", "folds: 3", "3: 3", r"own\.yaml:3: "),
    ("a key that is a list", "folds: 3", "[a]: 3", r"own\.yaml:3: "),
    ("a key that is missing", "name: own\n", "", r"own\.yaml:1: .*name"),
    ("no systems", OWN[OWN.index("systems"):], "systems: []\n", r"own\.yaml:4: systems: "),
    ("systems that are none", OWN[OWN.index("systems"):], "systems: nothing\n", r"own\.yaml:4: systems: "),
    ("a system that is none", OWN[OWN.index("  - name: char-svm"):], "  - svm\n", r"own\.yaml:7: systems\.1"),
    ("a control with features", "classifier: {kind: majority}", "features: {kind: tfidf}\n    classifier: {kind: majority}", r"own\.yaml:5: system 'majority': "),
    ("no features", "    features: {kind: tfidf, tokens: char}\n", "", r"own\.yaml:7: system 'char-svm': "),
    ("a comment that moves the terminal", "name: own", "name: own # \x1b[2J", r"own\.yaml:1: "),
    ("a NUL", "name: own", "name: o\0wn", r"own\.yaml:1: not YAML: character U\+0000 is not allowed"),
    ("a fixed protocol without parts", "kind: repeated-stratified, folds: 3, repeats: 2, inner_folds: 2", "kind: fixed", r"own\.yaml:?\d*: "),
    ("a protocol of groups without groups", "kind: repeated-stratified", "kind: grouped", r"own\.yaml:?\d*: "),
    ("one file twice", "train: rows.csv", "train: [rows.csv, ./rows.csv]", r"rows\.csv: train: the file is in 'train' already"),
    ("a hub name that is this folder", "kind: files, train: rows.csv", "kind: hub, path: .", r"own\.yaml|bench: \."),
    ("a hub name that is a home", "kind: files, train: rows.csv", "kind: hub, path: '~'", r"own\.yaml|~|root|home"),
    ("a hub name that is /proc", "kind: files, train: rows.csv", "kind: hub, path: /proc", r"/proc"),
    ("a corpus that is a file", "kind: files, train: rows.csv, text: text, label: label", "kind: corpus, path: rows.csv", r"rows\.csv"),
    ("a corpus that is not there", "kind: files, train: rows.csv, text: text, label: label", "kind: corpus, path: nowhere", r"nowhere"),
)  # fmt: skip

FILES = (
    ("an empty file", b"", r"own\.yaml:1: is empty"),
    ("a file of blanks", b"  \n\n", r"own\.yaml:\d: is empty"),
    ("a file of comments", b"# nothing\n", r"own\.yaml:\d: is empty"),
    ("UTF-16", OWN.encode("utf-16"), r"own\.yaml: is in UTF-16 or UTF-32; save the file as UTF-8"),
    ("UTF-32", OWN.encode("utf-32"), r"own\.yaml: is in UTF-16 or UTF-32; save the file as UTF-8"),
    ("UTF-16 without a mark", OWN.encode("utf-16-le"), r"own\.yaml:1: not YAML: character U\+0000 is not allowed"),
    ("GB 18030", (OWN + "# 版面").encode("gb18030"), r"own\.yaml:10: byte 0xb0 is not UTF-8"),
    ("a byte that is no text", OWN.encode().replace(b"own", b"\xff"), r"own\.yaml:1: byte 0xff is not UTF-8"),
    ("five million bytes", b"x: " + b"y" * 5_000_000, r"own\.yaml: holds 5,000,003 bytes, where at most 4,000,000 are read"),
    ("a list", b"- a\n- b\n", r"own\.yaml:1: "),
    ("a word", b"word\n", r"own\.yaml:1: "),
    ("a number", b"1\n", r"own\.yaml:1: "),
    ("null", b"null\n", r"own\.yaml:1: "),
    ("a ZIP archive", b"PK\x03\x04" + bytes(200), r"own\.yaml:1: "),
    ("gzip", b"\x1f\x8b\x08" + bytes(200), r"own\.yaml:1: "),
    ("a PNG image", b"\x89PNG\r\n\x1a\n" + bytes(200), r"own\.yaml:1: "),
    ("HTML", b"<!DOCTYPE html><html><body>404</body></html>", r"own\.yaml:1: "),
    ("201,000 values", b"x: [" + b"1," * 201_000 + b"1]", r"own\.yaml:1: holds more than 200,000 values"),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Every one of them, met by `bench run`."""
    for key, old, new, line, values in KEYS:
        for value in values:
            # A value of the right kind that does not fit the data is told with the file of the data.
            place = rf"own\.yaml:{line}: |own\.yaml: |rows\.csv: |{key.rpartition('.')[2]}"
            # What moves a terminal is told as it would be escaped in Python.
            written = re.escape(value[:80].strip('"').replace("\\e", "\\x1b"))
            place = rf"bench: ({place}|{written})" if key == "data.train" else place
            yield _case(f"{key} = {value[:60]}", replace("own.yaml", old, f"{new}: {value}"), place)
    for old, new, group, values in KINDS:
        for value in values:
            text = new.replace("%s", value)
            line = 8 if group == "features" else 9
            yield _case(text, replace("own.yaml", old, text), rf"own\.yaml:({line}|7): ")
    for what, old, new, says in YAML:
        yield _case(what, replace("own.yaml", old, new), says)
    for key, values in (("names", NAMES), ("names_template", TEMPLATES)):
        for value, says in values:
            change = replace("own.yaml", "name: own\n", f"name: own\n{key}: {value}\n")
            # What does not fit the data is told with the system that would learn from it.
            yield _case(f"{key}: {value}", change, rf"own\.yaml:\d+: (system '.*': )?{says}")
    above = replace("own.yaml", "kind: files, train: rows.csv", "kind: hub, path: ..")
    yield Case("experiment file", "a hub name that is a folder above, of which a table lies below", ("run", "own.yaml", "--jobs", "1"),
               "results in results/own", 0, change=above, writes="results.*",
               same=(("ran", "results/own/char-svm/predictions.parquet"),))  # fmt: skip
    for what, content, says in FILES:
        yield _case(what, write("own.yaml", content), says)


def _case(what: str, change, says: str) -> Case:
    return Case(
        "experiment file", what, ("run", "own.yaml", "--jobs", "1"), says, change=change, process="1e-300" in what
    )
