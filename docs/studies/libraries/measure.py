"""What libraries would lose in place of parts written here: python docs/studies/libraries/measure.py TEXTS.

TEXTS: a UTF-8 file of Chinese texts, one a line. Needs chardet, charset-normalizer, datasketch, ijson, pandas, pysbd
and skops beside banmian's own packages. Prints one line a figure; decision 0028 has those of 12,000 texts.
"""

from __future__ import annotations

import csv
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bench.core.errors import BenchError
from bench.corpus.sentences import split_sentences
from bench.data.audit.similar import bare, similar_pairs
from bench.deployment.serialization import dump
from bench.systems.classifiers.base import AnyClassifier
from bench.systems.features.base import AnyFeatures
from bench.systems.pipeline import build_pipeline
from bench.tables import read_table
from bench.tables.decoding import open_text

FILES, ROWS, SHORT = 60, 30, 20
PAIRS = {"“": "”", "《": "》", "（": "）", "「": "」"}
THRESHOLD = 0.7


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What work gives, and its CPU seconds."""
    start = time.process_time()
    return work(), time.process_time() - start


def encodings(texts: list[str], folder: Path) -> None:
    """Files in UTF-8 and GB18030, and UTF-8 that lacks one byte: read right, wrong, or refused."""
    import chardet
    import charset_normalizer

    def ours(data: bytes) -> str | None:
        (folder / "x.csv").write_bytes(data)
        try:
            with open_text(folder / "x.csv", newline="") as (text, _):
                return text.read()
        except BenchError:
            return None

    def by_chardet(data: bytes) -> str | None:
        found = chardet.detect(data)["encoding"]
        return None if found is None else data.decode(found, "replace")

    def by_normalizer(data: bytes) -> str | None:
        found = charset_normalizer.from_bytes(data).best()
        return None if found is None else str(found)

    readers = {"ours": ours, "chardet": by_chardet, "charset-normalizer": by_normalizer}
    for kind in ("utf-8", "gb18030", "utf-8 without one byte"):
        for name, read in readers.items():
            came, spent = Counter[str](), 0.0
            for at in range(FILES):
                body = "\n".join(text[:SHORT] for text in texts[at * ROWS : (at + 1) * ROWS])
                data = body.encode(kind.split()[0])
                if kind.endswith("byte"):
                    lost = data.index(b"\n", len(data) // 2) + 4
                    data = data[:lost] + data[lost + 1 :]
                found, seconds = timed(lambda read=read, data=data: read(data))
                came["refused" if found is None else "right" if found == body else "wrong"] += 1
                spent += seconds
            print(f"encoding, {kind}: {name}: {dict(came)}, {1000 * spent / FILES:.2f} ms a file")


def tables(texts: list[str], folder: Path) -> None:
    """A CSV of 1,000 rows in which a stray quotation mark swallows three."""
    import pandas as pd
    import pyarrow.csv as pc

    lines = [f"{text.replace(',', '，').replace(chr(34), '')},a" for text in texts[:1000]]
    lines[499] = f'"{lines[499]}'
    lines[502] = lines[502].replace(",a", '",a')
    path = folder / "stray.csv"
    path.write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    print(f"stray mark: pandas reads {len(pd.read_csv(path))} of 1,000 rows without a word")
    options = pc.ParseOptions(newlines_in_values=True)
    print(f"stray mark: pyarrow reads {pc.read_csv(path, parse_options=options).num_rows} of 1,000 rows without a word")
    with path.open(encoding="utf-8", newline="") as file:
        print(f"stray mark: csv alone reads {sum(1 for _ in csv.reader(file)) - 1} of 1,000 rows without a word")
    try:
        print(f"stray mark: ours reads {len(read_table(path).places)}")
    except BenchError as error:
        print(f"stray mark: ours: {error}")


def json_rows(texts: list[str], folder: Path) -> None:
    """An array of objects, and one with a colon missing."""
    import ijson

    path, broken = folder / "rows.json", folder / "broken.json"
    path.write_text(
        json.dumps([{"text": t, "label": "a"} for t in texts], ensure_ascii=False, indent=1), encoding="utf-8"
    )
    broken.write_text(path.read_text(encoding="utf-8").replace('"label":', '"label"', 1), encoding="utf-8")
    print(f"JSON: ours {timed(lambda: read_table(path))[1]:.3f} s for {len(texts):,} rows")
    with path.open("rb") as file:
        print(f"JSON: ijson {timed(lambda: list(ijson.items(file, 'item')))[1]:.3f} s")
    try:
        read_table(broken)
    except BenchError as error:
        print(f"JSON, a fault: ours: {error}")
    try:
        with broken.open("rb") as file:
            list(ijson.items(file, "item"))
    except ijson.JSONError as error:
        print(f"JSON, a fault: ijson: {str(error)[:90]!r}")


def sentences(texts: list[str]) -> None:
    """Texts with quotes or brackets, cut: whether pairs stay whole and no character is lost."""
    import pysbd

    def whole(text: str) -> bool:
        return all(text.count(left) == text.count(right) for left, right in PAIRS.items())

    quoted = [text for text in texts if len(text) > 60 and whole(text) and any(mark in text for mark in PAIRS)]
    by_pysbd = pysbd.Segmenter(language="zh", clean=False)
    for name, cut in (("ours", split_sentences), ("pysbd", by_pysbd.segment)):
        pieces, seconds = timed(lambda cut=cut: [list(map(str, cut(text))) for text in quoted])
        torn = sum(not all(map(whole, each)) for each in pieces)
        lost = sum("".join(each) != text for each, text in zip(pieces, quoted, strict=True))
        print(
            f"sentences: {name}: {torn} of {len(quoted)} texts have a pair cut, {lost} lose characters, {seconds:.2f} s"
        )


def near_duplicates(texts: list[str]) -> None:
    """3,000 texts and 600 of them edited: the pairs of a Jaccard similarity of 0.7 or more."""
    from datasketch import MinHash, MinHashLSH

    rng = random.Random(0)  # noqa: S311
    base = [text for text in texts if len(text) > 30][:3000]
    edited = []
    for text in base[:600]:
        characters = list(text)
        for _ in range(rng.randrange(1, max(2, len(text) // 12))):
            characters[rng.randrange(len(characters))] = rng.choice("的一是在不了有和人这")
        edited.append("".join(characters))
    rows = base + edited
    found, seconds = timed(lambda: list(similar_pairs(rows, THRESHOLD)))
    pairs = {(int(a), int(b)) for part in found for a, b in zip(part.first, part.second, strict=True)}
    grams = [{text[at : at + 3].encode() for at in range(len(text) - 2)} for text in map(bare, rows)]

    def by_hashes() -> set[tuple[int, int]]:
        index, near = MinHashLSH(threshold=THRESHOLD, num_perm=128), set()
        for row, own in enumerate(grams):
            hashed = MinHash(num_perm=128)
            hashed.update_batch(list(own))
            near |= {(other, row) for other in index.query(hashed)}
            index.insert(row, hashed)
        return {(a, b) for a, b in near if len(grams[a] & grams[b]) >= THRESHOLD * len(grams[a] | grams[b])}

    theirs, took = timed(by_hashes)
    print(f"near duplicates: ours {len(pairs)} pairs in {seconds:.2f} s")
    print(f"near duplicates: datasketch {len(theirs & pairs)} of them in {took:.2f} s")


def serialization(texts: list[str]) -> None:
    """A fitted pipeline saved."""
    import skops.io as sio

    features = TypeAdapter(AnyFeatures).validate_python({"kind": "tfidf", "tokens": "word"})
    classifier = TypeAdapter(AnyClassifier).validate_python({"kind": "linear-svm"})
    fitted, plain = (build_pipeline(features, classifier, random_state=0) for _ in range(2))
    fitted.fit(texts[:2000], [str(at % 4) for at in range(2000)])
    (state, arrays), seconds = timed(lambda: dump(dict(fitted.named_steps), dict(plain.named_steps), Path()))
    size = len(json.dumps(state)) + sum(array.nbytes for array in arrays.values())
    print(f"serialization: ours {seconds:.3f} s, {size:,} bytes before compression")
    data, took = timed(lambda: sio.dumps(fitted))
    same = "the same" if data == sio.dumps(fitted) else "other"
    untrusted = sio.get_untrusted_types(data=data)
    print(f"serialization: skops {took:.3f} s, {len(data):,} bytes, {same} the second time; to be trusted: {untrusted}")


def main() -> None:
    """Everything, in the order of the decision's table."""
    texts = Path(sys.argv[1]).read_text(encoding="utf-8").split("\n")
    texts = list(dict.fromkeys(text for text in texts if text.strip()))
    random.Random(0).shuffle(texts)  # noqa: S311
    print(f"{len(texts):,} texts")
    with tempfile.TemporaryDirectory() as folder:
        for measured in (encodings, tables, json_rows):
            measured(texts, Path(folder))
    for other in (sentences, near_duplicates, serialization):
        other(texts)


if __name__ == "__main__":
    main()
