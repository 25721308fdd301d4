"""One function per verb, and the order of all reading and writing: the table of contents of the program."""

from bench.workflow.audits import Audited, audit
from bench.workflow.comparison import compare, gate
from bench.workflow.experiments import Plan, plans, run, verify
from bench.workflow.labels import Exported, export_labels, import_labels
from bench.workflow.pages import Added, add, build, check_build, show_repair
from bench.workflow.reports import PAGE, Reported, report

__all__ = [
    "PAGE",
    "Added",
    "Audited",
    "Exported",
    "Plan",
    "Reported",
    "add",
    "audit",
    "build",
    "check_build",
    "compare",
    "export_labels",
    "gate",
    "import_labels",
    "plans",
    "report",
    "run",
    "show_repair",
    "verify",
]
