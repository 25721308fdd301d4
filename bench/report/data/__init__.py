"""A data set on the page: its classes and groups, and every row with what each system predicted."""

from bench.report.data.browser import Browser, make_browser
from bench.report.data.overview import overview
from bench.report.data.rows import Rows

__all__ = ["Browser", "Rows", "make_browser", "overview"]
