"""The section of the page on one comparison, one block a file; and on the same rows under several protocols."""

from bench.report.sections.comparison import section
from bench.report.sections.protocols import by_protocol

__all__ = ["by_protocol", "section"]
