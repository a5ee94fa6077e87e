"""Reports as pages: a self-contained HTML file for an article, and one for a run. They make no network requests."""

from mt.reports.pages.article import as_html
from mt.reports.pages.index import MOST_ROWS, Facts, Row, Tally, index_page

__all__ = ["MOST_ROWS", "Facts", "Row", "Tally", "as_html", "index_page"]
