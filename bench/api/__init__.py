"""One function per verb, and the order of all reading and writing: the table of contents of the program."""

from bench.api.audits import Audited, audit, audit_steps
from bench.api.caches import cache_info, clear_cache
from bench.api.comparison import compare, difference
from bench.api.experiments import Plan, cluster, plans, processes, run, verify, verify_steps
from bench.api.guide import export, init, kinds, schema, write
from bench.api.labels import Exported, export_labels, import_labels
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

__all__ = [
    "FIT_STEPS",
    "PAGE",
    "Added",
    "Audited",
    "Done",
    "Exported",
    "Fitted",
    "Plan",
    "Reported",
    "Source",
    "Target",
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
    "difference",
    "explain",
    "export",
    "export_labels",
    "fit",
    "import_labels",
    "init",
    "kinds",
    "plans",
    "predict",
    "processes",
    "read_text",
    "report",
    "run",
    "schema",
    "show_explanation",
    "show_repair",
    "verify",
    "verify_steps",
    "write",
]
