"""One function per verb, and the order of all reading and writing: the table of contents of the program."""

from bench.workflow.audits import Audited, audit
from bench.workflow.caches import cache_info, clear_cache
from bench.workflow.comparison import compare, gate
from bench.workflow.experiments import Plan, plans, run, verify
from bench.workflow.labels import Exported, export_labels, import_labels
from bench.workflow.pages import Added, add, build, check_build, show_repair

__all__ = [
    "Added",
    "Audited",
    "Exported",
    "Plan",
    "add",
    "audit",
    "build",
    "cache_info",
    "check_build",
    "clear_cache",
    "compare",
    "export_labels",
    "gate",
    "import_labels",
    "plans",
    "run",
    "show_repair",
    "verify",
]
