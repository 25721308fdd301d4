"""Runs a command as a user does, in this process or one of its own, and says what of its answer is not as demanded."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from command import SECONDS, called

from bench.core.errors import INVISIBLE
from hostile.case import Answer, Case

if TYPE_CHECKING:
    from hostile.worlds import Worlds

LONGEST_LINE = 500

_AT_MOMENT = Path(__file__).with_name("at_moment.py")


def call(
    folder: Path, arguments: Sequence[str], *, stdin: bytes | None = b"", environment: Mapping[str, str] | None = None
) -> Answer:
    """The command in this process."""
    done = called(*arguments, cwd=folder, stdin=stdin, environment=environment)
    return Answer(done.returncode, done.stdout, done.stderr)


def start(folder: Path, case: Case) -> Answer:
    """The command in a process of its own. bash: what that does, with `bench` in "$@"."""
    command = [sys.executable, "-W", "ignore", "-m", "bench", *case.arguments]
    if case.moment is not None:
        event, count, number = case.moment
        command[3:5] = [str(_AT_MOMENT), event, str(count), str(number)]
    if case.bash:
        command = ["bash", "-c", case.bash, "bash", *command]
    options: dict[str, object] = {"stdin": subprocess.DEVNULL} if case.stdin is None else {"input": case.stdin}
    try:
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, **case.environment}, capture_output=True, check=False,
            timeout=SECONDS, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler), **options,
        )  # type: ignore[call-overload]  # fmt: skip
    except subprocess.TimeoutExpired:
        return Answer(-signal.SIGALRM, "", "")
    return Answer(done.returncode, *(each.decode("utf-8", "surrogateescape") for each in (done.stdout, done.stderr)))


def answer_of(case: Case, folder: Path) -> Answer:
    """The case's command on a folder."""
    if case.process:
        return start(folder, case)
    with case.during(folder):
        return call(folder, case.arguments, stdin=case.stdin, environment=case.environment)


def listing(folder: Path) -> dict[str, str]:
    """Everything in a folder: its kind, or what it holds."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = f"link to {path.readlink()}"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[name] = "folder" if path.is_dir() else "device or pipe"
    return found


def faults(case: Case, worlds: Worlds, folder: Path) -> list[str]:
    """Runs a case in a folder that is not there yet; what is not as demanded, nothing where all is."""
    worlds.copy(case.world, folder)
    case.change(folder)
    before = listing(folder)
    answer = answer_of(case, folder)
    told = list(_faults_of_words(case, answer))
    if told and case.unharmed:
        plain = call(worlds.copy(case.world, folder.with_name("unharmed")), case.arguments)
        told = [] if answer == plain else told
    if case.then:
        then = call(folder, case.then)
        told += [] if then.code == 0 else [f"then bench {case.then[0]} ends with {then.code}: {then.err[-300:]}"]
    told += _faults_of_files(case, before, listing(folder))
    for world, path in case.same:
        made, right = folder / path, worlds.unharmed(world) / path
        if not made.is_file() or made.read_bytes() != right.read_bytes():
            told.append(f"{path} is not what an undisturbed command writes")
    return told


def _faults_of_words(case: Case, answer: Answer) -> Iterator[str]:
    everything = answer.out + answer.err
    if answer.code != case.code:
        ended = "does not end" if answer.code == -signal.SIGALRM else f"ends with {answer.code}"
        yield f"{ended}, not {case.code}: {everything[-600:]}"
    if "Traceback" in everything:
        yield f"prints a traceback: {everything[-600:]}"
    if INVISIBLE.search(re.sub("[\n\t\ufeff]", "", everything)):
        yield f"prints what moves a terminal: {everything[-600:]!r}"
    if not re.search(case.says, answer.err if case.code == 2 else everything):
        yield f"says no {case.says!r}: {everything[-600:]}"
    if case.code == 2:
        yield from _faults_of_a_refusal(case, answer)


def _faults_of_a_refusal(case: Case, answer: Answer) -> Iterator[str]:
    lines = [line for line in answer.err.split("\n")[:-1] if ": warning: " not in line]
    if len(lines) != 1 or not lines[0].startswith("bench: "):
        yield f"does not say it in one line: {answer.err[-600:]}"
    if any(len(line) >= LONGEST_LINE for line in lines):
        yield f"says it in {max(map(len, lines))} characters, above {LONGEST_LINE}"
    if answer.out and not case.begun:
        yield f"prints before it refuses: {answer.out[-300:]}"


def _faults_of_files(case: Case, before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    differ = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    left = [name for name in after if name.endswith(".part") and name not in before]
    unmeant = [name for name in differ if not (case.writes and re.fullmatch(case.writes, name))]
    told = [f"leaves {', '.join(left)}"] if left else []
    return told + ([f"changes {', '.join(sorted(unmeant)[:5])}"] if unmeant else [])
