"""A data set on a page: what there is in it, and every row with what each system said of it."""

from bench.report.data.browser import Browser, make_browser
from bench.report.data.overview import overview
from bench.report.data.rows import Rows

__all__ = ["Browser", "Rows", "make_browser", "overview"]
