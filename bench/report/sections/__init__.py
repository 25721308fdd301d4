"""A comparison to the section of a page, a module a block; and the same rows under several protocols."""

from bench.report.sections.comparison import section
from bench.report.sections.protocols import beside

__all__ = ["beside", "section"]
