"""Fits systems, saves and loads them, labels texts with them and explains the labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.api.explanations import Explained
from bench.api.results import ResultsLike, as_results
from bench.core.errors import BenchError, suggest
from bench.core.outputs import FileIsThereError
from bench.execution.cores import processes
from bench.experiment.resolving import ExperimentLike, resolve_experiment
from bench.report.progress import progress as shown_progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from bench.deployment.model_card import CardScores
    from bench.deployment.models import Model, ModelRecord, Predicted
    from bench.experiment.config import Experiment, System
    from bench.report.frames import Frame

_BATCH = 1000
_STEPS = 3


class FittedModel:
    """A fitted system that labels texts and explains why it gave a label.

    notes: what a user should know of its data and fit; scored: whether its card shows stored scores.
    """

    def __init__(
        self, model: Model, system: System, *, notes: Sequence[str] = (), scored: Sequence[CardScores] = ()
    ) -> None:
        self._model = model
        self._system = system
        self._scores = tuple(scored)
        self.notes = tuple(notes)

    @property
    def record(self) -> ModelRecord:
        """The record of the fit: system, data, and the values that were chosen."""
        return self._model.record

    @property
    def classes_(self) -> NDArray[np.object_]:
        """(classes,) the labels that it can give, sorted."""
        import numpy as np

        return np.array(self._model.classes, dtype=object)

    @property
    def scored(self) -> bool:
        """Whether its card shows stored scores."""
        return bool(self._scores)

    @property
    def pipeline(self) -> Pipeline:
        """The fitted scikit-learn pipeline; its classes are indices into `classes_`."""
        return self._model.pipeline

    def predict(self, texts: Iterable[str]) -> NDArray[np.object_]:
        """(texts,) the label of each, in order; None for a blank text.

        Raises ValueError for a single string and TypeError for what is no string, as features do.
        """
        import numpy as np

        given, whole, found = self._predicted(texts)
        labels = np.full(len(given), None, dtype=object)
        if found is not None:
            labels[whole] = self.classes_[found.prediction]
        return labels

    def predict_proba(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """(texts, classes) probabilities in the order of `classes_`; NaN for a blank text.

        Raises BenchError for a system whose scores are no probabilities; `calibration` makes them so.
        """
        kind = self.record.score_kind
        if kind != "probability":
            own = f"its scores are of kind {kind!r}" if kind != "none" else "it gives no scores"
            text = f"system {self.record.system!r} gives no probabilities: {own}; fit it with calibration: sigmoid"
            raise BenchError(text)
        return self.scores(texts)

    def scores(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """(texts, classes) the score of each class: probabilities, decision values or similarities.

        NaN for a blank text. Raises BenchError for a system that gives no scores.
        """
        import numpy as np

        if self.record.score_kind == "none":
            raise BenchError(f"system {self.record.system!r} gives no scores")
        given, whole, found = self._predicted(texts)
        scores = np.full((len(given), len(self._model.classes)), np.nan)
        if found is not None and found.scores is not None:
            scores[whole] = found.scores
        return scores

    def predictions(self, texts: Iterable[str]) -> Frame:
        """A table with one row for each text.

        Its columns are `text`, `label` and, where the system gives scores, `probability:CLASS` or `score:CLASS` for
        each class.
        """
        from bench.report.frames import Frame

        given = list(texts) if not isinstance(texts, str) else texts
        columns: dict[str, Any] = {"text": given, "label": self.predict(given).tolist()}
        if self.record.score_kind != "none":
            word = "probability" if self.record.score_kind == "probability" else "score"
            scores = self.scores(given)
            columns |= {f"{word}:{name}": scores[:, at].tolist() for at, name in enumerate(self._model.classes)}
        return Frame(columns)

    def explain(self, text: str, *, top: int = 6) -> Explained:
        """What speaks for and against each class of a text. top: how many n-grams are named for it, and against.

        Raises BenchError for a blank text.
        """
        from bench.deployment.explanation import explain

        return Explained(explain(self._model, text, top=top))

    def save(self, folder: str | Path, *, force: bool = False) -> None:
        """Write it as a folder of settings and plain arrays, with its card. force: replace a model that exists.

        Raises BenchError for a folder that exists, and for a system that holds something that must not be saved; then
        nothing is written.
        """
        _save(self, Path(folder), force=force)

    def _predicted(self, texts: Iterable[str]) -> tuple[Sequence[str], list[int], Predicted | None]:
        """The texts, the positions of those that are not blank, and the model's predictions for these."""
        import numpy as np

        from bench.deployment.models import Predicted
        from bench.systems.encoding import as_texts

        given = as_texts(texts)
        whole = [at for at, text in enumerate(given) if text.strip()]
        parts = [
            self._model.predict([given[at] for at in whole[start : start + _BATCH]])
            for start in range(0, len(whole), _BATCH)
        ]
        if not parts:
            return given, whole, None
        scores = [part.scores for part in parts if part.scores is not None]
        joined = Predicted(
            np.concatenate([part.prediction for part in parts]),
            np.concatenate(scores) if scores else None,
            np.concatenate([part.unknown for part in parts]),
        )
        return given, whole, joined

    def _repr_html_(self) -> str:
        from bench.report.notebook_html import framed, grid

        chosen = ", ".join(f"{name} = {value}" for name, value in self.record.chosen.items())
        facts = [
            ("classes", ", ".join(self._model.classes)),
            ("scores", self.record.score_kind),
            *([("chosen", chosen)] if chosen else []),
            *(("note", note) for note in self.notes),
        ]
        return framed(grid(("", ""), facts, caption=repr(self)))

    def __repr__(self) -> str:
        record = self.record
        rows = f"{record.data_summary.rows} rows of {len(record.classes)} classes"
        return f"FittedModel {record.system!r} of {record.experiment!r}: fitted on {rows}"


def fit(
    experiment: ExperimentLike,
    system: str | None = None,
    out: str | Path | None = None,
    *,
    results: ResultsLike | None = None,
    force: bool = False,
    jobs: int | None = None,
    progress: bool = True,
) -> FittedModel:
    """Fit one system of an experiment on all of its rows; listed values are tuned on them as the protocol tunes.

    system: its name; left out, the only one. out: a folder to save it in; left out, it is kept in memory.
    results: the stored runs whose scores the card shows; left out, those in `results/` if it exists. force: replace a
    model that exists. jobs: how many processes embed the texts, if the system embeds; left out, one for each core.
    Raises BenchError for a fault in experiment, data or results, for a system that cannot be fitted or saved, and for
    a folder that exists; then nothing is written.
    """
    from bench.deployment.models import fit as fitted
    from bench.execution.identity import RunIdentity

    folder = None if out is None else Path(out)
    if folder is not None:
        _demand_room(folder, force=force)
    given = resolve_experiment(experiment)
    chosen = _named(given.experiment, system, given.place)
    with shown_progress(_STEPS, shown=progress) as bar:
        try:
            data = given.experiment.data.load()
            chosen = _named(given.named(data), chosen.name, given.place)
            identity = RunIdentity.of(given.experiment, data, given.experiment.protocol.expand()[0])
            bar(f"{len(data)} rows read, fitting")
            model = fitted(identity, data, chosen, jobs=processes(jobs)[0], embedding=bar.embedded)
            bar("fitted, saving")
        except BenchError as error:
            raise error if error.place is not None else BenchError(error.message, place=given.place) from None
        scores, notes = _scores(model, results)
        warned = [f"{category} while fitting ({times} times)" for category, times in model.record.warnings.items()]
        made = FittedModel(model, chosen, notes=(*data.notes, *warned, *notes), scored=scores)
        if folder is not None:
            _save(made, folder, force=force, texts=data.texts)
        bar("saved")
    return made


def load_model(folder: str | Path) -> FittedModel:
    """A model that `fit` saved. Nothing in its folder is run as code.

    Raises BenchError for a folder that is no model, one that was changed or damaged, and one that other versions wrote.
    """
    from bench.deployment.models import read, system_of

    model = read(Path(folder))
    return FittedModel(model, system_of(model.record, Path(folder)))


def _save(model: FittedModel, folder: Path, *, force: bool, texts: Sequence[str] | None = None) -> None:
    from bench.deployment.model_card import model_card
    from bench.deployment.models import save

    _demand_room(folder, force=force)
    inner = model._model  # noqa: SLF001  of the class above
    compared = {} if texts is None else {"texts": texts}
    card = model_card(inner, model._scores)  # noqa: SLF001
    save(inner, model._system, folder, card, over=force, **compared)  # noqa: SLF001


def _demand_room(out: Path, *, force: bool) -> None:
    from bench.core.folders import check_folder
    from bench.deployment.models import MODEL_FOLDER

    try:
        check_folder(out, MODEL_FOLDER, over=force)
    except FileIsThereError as error:
        raise FileIsThereError(f"{error.message}; --force replaces it", place=error.place) from None


def _named(experiment: Experiment, name: str | None, place: str) -> System:
    names = [system.name for system in experiment.systems]
    if name is None and len(names) == 1:
        return experiment.systems[0]
    if name is None:
        raise BenchError(f"holds {len(names)} systems; choose one with --system{suggest('', names)}", place=place)
    if name not in names:
        raise BenchError(f"no system {name!r}{suggest(name, names)}", place=place)
    return experiment.systems[names.index(name)]


def _scores(model: Model, results: ResultsLike | None) -> tuple[list[CardScores], list[str]]:
    """The stored scores that the model's card shows, and a note where the default results cannot be read."""
    from bench.deployment.model_card import scores_of

    default = Path("results")
    if results is None and not any(default.glob("*/*/run.json")):
        return [], []
    try:
        return scores_of(as_results(default if results is None else results).runs, model.record), []
    except BenchError as error:
        if results is not None:
            raise
        return [], [f"the card shows no scores: {error}"]
