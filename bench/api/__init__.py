"""One function for each command, and the order of all reading and writing: the table of contents of the program."""

from bench.api.audits import Audited, audit, audit_steps
from bench.api.caches import cache_info, clear_cache
from bench.api.comparison import Comparisons, Differences, compare, difference
from bench.api.dataset import dataset, load_paragraphs
from bench.api.experiment_files import export, init, kinds, schema, write
from bench.api.experiments import cluster, plan, run, verdicts, verify, verify_steps
from bench.api.explanations import Explained
from bench.api.halves import halve, halved_systems
from bench.api.labels import Exported, TextTable, export_labels, export_table_labels, import_labels, import_table_labels
from bench.api.models import FittedModel, fit, load_model
from bench.api.next_rows import NextRows, next_rows, write_next_rows
from bench.api.pages import Added, add, build, build_steps, check_build, show_repair
from bench.api.pipelines import pipeline
from bench.api.predictions import Done, Source, Target, predict, read_text
from bench.api.reports import PAGE, Reported, report
from bench.api.result_archives import merge_results, pack_results
from bench.api.results import Results, load_results
from bench.api.suites import Across, compare_across, write_diagram
from bench.execution.cores import processes
from bench.execution.planning import Plan

__all__ = [
    "PAGE",
    "Across",
    "Added",
    "Audited",
    "Comparisons",
    "Differences",
    "Done",
    "Explained",
    "Exported",
    "FittedModel",
    "NextRows",
    "Plan",
    "Reported",
    "Results",
    "Source",
    "Target",
    "TextTable",
    "add",
    "audit",
    "audit_steps",
    "build",
    "build_steps",
    "cache_info",
    "check_build",
    "clear_cache",
    "cluster",
    "compare",
    "compare_across",
    "dataset",
    "difference",
    "export",
    "export_labels",
    "export_table_labels",
    "fit",
    "halve",
    "halved_systems",
    "import_labels",
    "import_table_labels",
    "init",
    "kinds",
    "load_model",
    "load_paragraphs",
    "load_results",
    "merge_results",
    "next_rows",
    "pack_results",
    "pipeline",
    "plan",
    "predict",
    "processes",
    "read_text",
    "report",
    "run",
    "schema",
    "show_repair",
    "verdicts",
    "verify",
    "verify_steps",
    "write",
    "write_diagram",
    "write_next_rows",
]
