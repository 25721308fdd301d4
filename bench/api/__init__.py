"""One function per verb, and the order of all reading and writing: the table of contents of the program."""

from bench.api.audits import Audited, audit, audit_steps
from bench.api.caches import cache_info, clear_cache
from bench.api.comparison import Comparisons, Differences, compare, difference
from bench.api.dataset import dataset, load_paragraphs
from bench.api.experiments import cluster, plan, processes, run, verdicts, verify, verify_steps
from bench.api.guide import export, init, kinds, schema, write
from bench.api.labels import Exported, TextTable, export_labels, export_table_labels, import_labels, import_table_labels
from bench.api.models import (
    FIT_STEPS,
    Done,
    Fitted,
    Source,
    Target,
    explain,
    fit,
    predict,
    read_text,
    show_explanation,
)
from bench.api.pages import Added, add, build, build_steps, check_build, show_repair
from bench.api.reports import PAGE, Reported, report
from bench.api.results import Results, load_results
from bench.execution.planning import Plan

__all__ = [
    "FIT_STEPS",
    "PAGE",
    "Added",
    "Audited",
    "Comparisons",
    "Differences",
    "Done",
    "Exported",
    "Fitted",
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
    "dataset",
    "difference",
    "explain",
    "export",
    "export_labels",
    "export_table_labels",
    "fit",
    "import_labels",
    "import_table_labels",
    "init",
    "kinds",
    "load_paragraphs",
    "load_results",
    "plan",
    "predict",
    "processes",
    "read_text",
    "report",
    "run",
    "schema",
    "show_explanation",
    "show_repair",
    "verdicts",
    "verify",
    "verify_steps",
    "write",
]
