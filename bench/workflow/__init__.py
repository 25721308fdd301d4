"""One function per verb, and the order of all reading and writing: the table of contents of the program."""

from bench.workflow.audits import Audited, audit, audit_steps
from bench.workflow.comparison import compare, difference
from bench.workflow.experiments import Plan, plans, run, verify, verify_steps
from bench.workflow.guide import export, init, kinds, schema, write
from bench.workflow.labels import Exported, export_labels, import_labels
from bench.workflow.pages import Added, add, build, build_steps, check_build, show_repair

__all__ = [
    "Added",
    "Audited",
    "Exported",
    "Plan",
    "add",
    "audit",
    "audit_steps",
    "build",
    "build_steps",
    "check_build",
    "compare",
    "difference",
    "export",
    "export_labels",
    "import_labels",
    "init",
    "kinds",
    "plans",
    "run",
    "schema",
    "show_repair",
    "verify",
    "verify_steps",
    "write",
]
