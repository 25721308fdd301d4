"""One function per verb, and the order of all reading and writing: the table of contents of the program."""

from bench.workflow.audits import Audited, audit
from bench.workflow.comparison import compare, gate
from bench.workflow.experiments import Plan, plans, run, verify
from bench.workflow.labels import Exported, export_labels, import_labels
from bench.workflow.models import Done, Fitted, Source, Target, explain, fit, predict, read_text, show_explanation
from bench.workflow.pages import Added, add, build, check_build, show_repair
from bench.workflow.reports import PAGE, Reported, report

__all__ = [
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
    "build",
    "check_build",
    "compare",
    "explain",
    "export_labels",
    "fit",
    "gate",
    "import_labels",
    "plans",
    "predict",
    "read_text",
    "report",
    "run",
    "show_explanation",
    "show_repair",
    "verify",
]
