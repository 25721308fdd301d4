"""What an experiment and its data say of all systems, handed to each: names of classes, the metric that tunes."""

from __future__ import annotations

from pathlib import Path

from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.core.yaml_files import load_yaml
from bench.experiment.class_names import NamesError, names_of_classes
from bench.experiment.config import Experiment, System, system_of_members
from bench.experiment.tuning import USUAL


def with_names(experiment: Experiment, data: LabelledTexts, path: Path | None = None) -> Experiment:
    """The experiment with each system's names written out, the weight that they have in its classifier, and the metric
    that tunes it.

    A system that learns from no names is as it would be in an experiment without any.
    path: of the experiment file, for the line of a fault.
    Raises BenchError for names that do not fit the data's labels, for names given twice over, for a system that needs
    names or cannot learn from them, and for one that learns from unlabelled texts where the data brings none.
    """
    if experiment.names is not None and data.descriptions:
        text = "names: the data's label_descriptions name the classes already; keep one of them"
        raise _at(path, ("names",), BenchError(text))
    systems = []
    for index, system in enumerate(experiment.systems):
        own = system.names is not None
        where: tuple[str | int, ...] = ("systems", index, "names") if own else ("names",)
        try:
            systems.append(_named_system(system, experiment, data))
        except NamesError as error:
            given = own or experiment.names is not None
            key = ".".join(map(str, where)) if given else "data.label_descriptions"
            where = (*where, error.label) if error.label is not None else where
            raise _at(path, where if given else ("data", "label_descriptions"), error, f"{key}: ") from None
        except BenchError as error:
            raise _at(path, ("systems", index, "name"), error, f"system {system.name!r}: ") from None
    shared = {"names": None, "names_template": None, "tune_by": None}
    return experiment.model_copy(update={"systems": tuple(systems), **shared})


def _named_system(system: System, experiment: Experiment, data: LabelledTexts) -> System:
    names = system.names or experiment.names or dict(data.descriptions) or None
    template = system.names_template or experiment.names_template
    given = None if names is None else names_of_classes(names, data.classes)
    if template is not None and given is None:
        raise BenchError("names_template: there are no names to put in; give 'names' or data.label_descriptions")
    if system.reads_unlabelled and not data.unlabelled:
        raise BenchError("unlabelled: the data brings no texts without labels; name files of them as data.unlabelled")
    system = system_of_members(system, experiment.systems)
    classifier = system.classifier.with_names(given is not None)
    learnt = classifier.learns_names
    found = system.model_copy(update={"classifier": classifier})
    tune_by = system.tune_by or experiment.tune_by
    return found.model_copy(
        update={
            # Naming macro-F1 is the same as leaving it out, and with one combination nothing is tuned.
            "tune_by": None if found.combinations == 1 or tune_by == USUAL else tune_by,
            "names": given if learnt or classifier.told_names else None,
            "names_template": template if learnt else None,
        }
    )


def _at(path: Path | None, location: tuple[str | int, ...], error: BenchError, before: str = "") -> BenchError:
    place = None if path is None else load_yaml(path).place(location)
    return BenchError(f"{before}{error.message}", place=place)
