"""The experiment file: its data, its protocol and its systems."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, ValidationError

from bench.core.confusables import difference, skeleton
from bench.core.errors import INVISIBLE, BenchError, suggest
from bench.core.labelled_texts import LabelledTexts
from bench.core.settings import ExtendedSettings, Many, OneOrMany
from bench.core.validation import check
from bench.core.yaml_files import Document, load_yaml
from bench.data.sources.base import AnySource
from bench.experiment.class_names import ClassNames, Template, name_texts
from bench.experiment.protocols.base import AnyProtocol
from bench.experiment.strategies.base import AnyStrategy
from bench.experiment.tuning import TuneBy
from bench.systems.classifiers.base import AnyClassifier, ScoreKind
from bench.systems.classifiers.ensemble import EnsembleSettings, MemberSettings
from bench.systems.features.base import AnyFeatures
from bench.systems.pipeline import check_pair
from bench.systems.servers.settings import ServerSettings
from bench.systems.unlabelled import Unlabelled, check_unlabelled
from bench.tables import is_table_file

# A name becomes a folder of the results: no separators, no leading dot, nothing special to a shell or a file system.
_NAME = re.compile(r"\w[\w.+-]{0,59}")
# A name may also not be that of a Windows device, or of a file in a result's folder.
_RESERVED = re.compile(
    r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|run\.json|predictions\.parquet|timings\.json", re.IGNORECASE
)


def is_name(name: str) -> bool:
    """Whether a text can name an experiment, a system and their folders."""
    refused = not _NAME.fullmatch(name) or INVISIBLE.search(name) or name.endswith(".") or _RESERVED.fullmatch(name)
    return not refused


def folder_name(name: str) -> str:
    """The name, where it can name a folder. Raises ValueError where it cannot."""
    if not is_name(name):
        text = (
            "cannot name a folder; use up to 60 letters, digits, '_', '-', '+' and '.', starting with a letter or digit"
        )
        raise ValueError(f"{name!r} {text}")
    return name


Name = Annotated[str, AfterValidator(folder_name)]


class System(ExtendedSettings):
    """One row of a table: features and the classifier on them."""

    name: Name
    """Names the system's folder in the results."""

    features: AnyFeatures | None = None
    """The features of a text; left out for controls, and for `llm`."""

    classifier: AnyClassifier
    """What is trained on it."""

    calibration: Literal["sigmoid", "isotonic"] | None = None
    """Turns the classifier's scores into probabilities, fitted in the inner splits of the training rows; or none."""

    strategy: AnyStrategy | None = None
    """What chooses its training rows where the protocol replays labelling; left out, each of the protocol's own."""

    names: ClassNames | None = None
    """Label to what its class is called, in place of the experiment's `names`."""

    names_template: OneOrMany[Template] | None = None
    """A sentence with {} for the name, or several, in place of the experiment's `names_template`."""

    tune_by: TuneBy | None = None
    """The metric that its listed values are chosen by, in place of the experiment's `tune_by`."""

    unlabelled: Unlabelled | None = None
    """What it learns from texts without labels; left out, nothing."""

    added: ClassVar[tuple[str, ...]] = ("strategy", "names", "names_template", "tune_by", "unlabelled")

    @property
    def score_kind(self) -> ScoreKind:
        """The kind of the system's scores."""
        return self.classifier.gives if self.calibration is None else "probability"

    @property
    def calibrates(self) -> bool:
        """Whether it, or a member of it, is calibrated in inner splits."""
        members = self.classifier.members if isinstance(self.classifier, EnsembleSettings) else ()
        return any(getattr(each, "calibration", None) is not None for each in (self, *members))

    @property
    def servers(self) -> tuple[ServerSettings, ...]:
        """The servers that its texts are sent to."""
        return (*(() if self.features is None else self.features.servers), *self.classifier.servers)

    def texts_beside(self, data: LabelledTexts) -> tuple[str, ...]:
        """The texts that it reads besides the rows of the data: names that it learns from, then unlabelled texts."""
        return (*(text for _, text in self.name_texts), *(data.unlabelled if self.reads_unlabelled else ()))

    @property
    def reads_unlabelled(self) -> bool:
        """Whether it learns from the texts without labels that the data brings."""
        return self.unlabelled is not None and "data" in self.unlabelled.texts

    @property
    def self_trains(self) -> bool:
        """Whether its classifier learns from labels that it gave itself."""
        return self.unlabelled is not None and self.unlabelled.self_training is not None

    @property
    def transductive(self) -> bool:
        """Whether it learns from the texts of test rows, without their labels."""
        return self.unlabelled is not None and self.unlabelled.transductive

    def grid(self) -> dict[str, tuple[Any, ...]]:
        """Listed fields of features and classifier to their values, in the order in which `GridSearchCV` tries them."""
        own = {} if self.features is None else self.features.grid()
        return {**self.classifier.grid(), **own}

    @property
    def combinations(self) -> int:
        """How many combinations of listed values there are to choose from."""
        own = {} if self.features is None else self.features.grid()
        return self.classifier.combinations * math.prod(len(values) for values in own.values())

    @property
    def name_texts(self) -> tuple[tuple[str, str], ...]:
        """Label and text of every name that the system learns from; empty where it learns from none."""
        if self.names is None or not self.classifier.learns_names:
            return ()
        return name_texts(self.names, self.names_template or ())


class Experiment(ExtendedSettings):
    """One experiment: every system is run by the same protocol on the same data."""

    name: Name
    """Names the experiment's folder in the results."""

    data: AnySource
    """The labelled texts."""

    protocol: AnyProtocol
    """Which rows train and which rows test."""

    systems: Annotated[Many[System], Field(min_length=1)]
    """The systems that are compared."""

    names: ClassNames | None = None
    """Label to what its class is called, a word, a sentence or several: further training rows of every classifier that
    reads texts. Each label of the data has one; `data.label_descriptions` takes them from a column in place of this."""

    names_template: OneOrMany[Template] | None = None
    """A sentence with {} for the name, as `这是一则{}新闻`, or several; left out, names are read as they are."""

    tune_by: TuneBy | None = None
    """The metric whose mean over inner folds chooses among listed values, as scikit-learn's scorer of that name has it;
    left out, macro-F1."""

    added: ClassVar[tuple[str, ...]] = ("names", "names_template", "tune_by")


def _how(name: str, other: str) -> str:
    """The part of a message that says how two names that look alike differ; empty where only their case does."""
    return "" if name.casefold() == other.casefold() else f", which looks alike: {difference(other, name)}"


def load_experiment(path: str | Path) -> Experiment:
    """Read an experiment file; paths in it are relative to its folder.

    Raises BenchError with `file:line` for the first fault: YAML, keys, values, names, pairs that cannot work.
    """
    path = Path(path)
    return read_experiment(load_document(path), path.parent)


def load_document(path: Path) -> Document:
    """The YAML of an experiment file.

    Raises BenchError as `load_experiment` does, and for a table of texts, which is no experiment file.
    """
    if is_table_file(path):
        raise BenchError(
            f"is a table, not an experiment file; write one for it: bench init {quote(str(path))}", place=path
        )
    return load_yaml(path)


def read_experiment(document: Document, folder: Path) -> Experiment:
    """Check a document and give its experiment. folder: the folder that paths in it are relative to.

    Raises BenchError as `load_experiment` does.
    """
    experiment = check(Experiment, document, context={"folder": folder})
    check_systems(experiment, document)
    return experiment


def system_of_members(system: System, systems: Sequence[System]) -> System:
    """An ensemble whose named members are replaced by their features and classifiers; other systems as they are.

    Raises BenchError for a member that names no other system, or one that cannot be a member.
    """
    if not isinstance(system.classifier, EnsembleSettings):
        return system
    known = {each.name: each for each in systems}
    members = []
    for member in system.classifier.members:
        if isinstance(member, str):
            if member not in known or member == system.name:
                others = [name for name in known if name != system.name]
                raise BenchError(f"members: no other system is called {member!r}{suggest(member, others)}")
            members.append(_as_member(known[member]))
        else:
            members.append(member)
    classifier = system.classifier.model_copy(update={"members": tuple(members)})
    return system.model_copy(update={"classifier": classifier})


def _as_member(system: System) -> MemberSettings:
    if system.unlabelled is not None:
        raise BenchError(f"members: {system.name!r} learns from unlabelled texts, which a member does not")
    if system.names is not None or system.names_template is not None or system.tune_by is not None:
        text = f"members: {system.name!r} has names or a tune_by of its own, which a member has not"
        raise BenchError(f"{text}; give them to the ensemble")
    if system.features is None:
        raise BenchError(f"members: {system.name!r} cannot be a member: {system.classifier.kind!r} takes no features")
    try:
        return MemberSettings(features=system.features, classifier=system.classifier, calibration=system.calibration)
    except ValidationError as error:
        raise BenchError(f"members: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from None


def check_system(system: System) -> None:
    """Raises BenchError for features and a classifier that cannot work together, those of members included."""
    check_pair(system.features, system.classifier, system.calibration)
    if system.unlabelled is not None:
        check_unlabelled(system.unlabelled, system.classifier, system.calibration)
    if isinstance(system.classifier, EnsembleSettings):
        for at, member in enumerate(system.classifier.systems):
            try:
                check_pair(member.features, member.classifier, member.calibration)
            except BenchError as error:
                raise BenchError(f"members.{at}: {error.message}") from None


def check_systems(experiment: Experiment, document: Document) -> None:
    """Raises BenchError for two systems of one name, and for features and a classifier that cannot work together."""
    seen: dict[str, int] = {}
    for index, system in enumerate(experiment.systems):
        place = document.place(("systems", index, "name"))
        # Folders that differ by case alone are one folder on some machines.
        key = skeleton(system.name).casefold()
        if key in seen:
            other = experiment.systems[seen[key]].name
            raise BenchError(
                f"systems.{index}.name: {system.name!r} is taken by {other!r}{_how(system.name, other)}; rename one",
                place=place,
            )
        seen[key] = index
        try:
            check_system(system_of_members(system, experiment.systems))
        except BenchError as error:
            where = f"systems.{index}: " if place is None else ""
            raise BenchError(f"{where}system {system.name!r}: {error.message}", place=place) from None
