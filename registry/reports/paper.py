"""A report as a paper: A4, in Italian, with what each figure counts, what is not said and why, and a place to sign."""

from fpdf.enums import Align
from fpdf.fonts import FontFace

from access.hours import local
from pages.languages import Words
from registry.registers.paper import FONT, Paper
from registry.reports import labels
from registry.reports.periods import ZONE
from registry.reports.report import Of, Report, Table

FIRST_PART = 4.2
"""How much wider the names of rows are than a column of figures."""
TOGETHER_MM = 46.0
HEAD_MM, ROW_MM, PAGE_MM = 16.0, 7.4, 150.0
"""A table's heading with its names, a row of it, and what fits on a page: one that does is not cut in two."""
"""A table's heading stands with the first lines of it."""
SIGN_MM = 60.0


def pdf(report: Report, words: Words) -> bytes:
    """The paper of a report; the same report is the same bytes."""
    period = labels.period(words, report.period)
    made = local(report.made_ms, ZONE)
    moment = f"{words.date(made.date())}, {words.hour(made)}"
    foot = f"{words('reports.paper_title')} · {period}"
    paper = Paper(foot, words("paper.page", page="{page}", pages="{pages}"), report.made_ms)
    paper.set_title(foot)
    paper.set_lang(words.language)
    paper.on_top = lambda: _head(paper, report, words, period)
    paper.add_page()
    paper.says(words("reports.made", when=moment), 9)
    paper.says(words("reports.rule"), 9, after_mm=2)
    paper.says(words("reports.signs"), 9, after_mm=4)
    for table in report.tables:
        _table(paper, report, table, words)
    _method(paper, words)
    _sign(paper, words)
    return bytes(paper.output())


def _head(paper: Paper, report: Report, words: Words, period: str) -> None:
    paper.set_font(FONT, "B", 14)
    paper.cell(0, 7, words("reports.paper_title"))
    paper.set_x(paper.l_margin)
    paper.cell(0, 7, period, align=Align.R, new_x="LMARGIN", new_y="NEXT")
    of = report.names.get("municipality", {})
    paper.says(" · ".join(of.get(site) or name for site, name in report.names["site"].items()), 10)
    paper.line(paper.l_margin, paper.get_y() + 1, paper.w - paper.r_margin, paper.get_y() + 1)
    paper.ln(3)


def _table(paper: Paper, report: Report, table: Table, words: Words) -> None:
    if not table.rows:
        return
    whole = HEAD_MM + ROW_MM * len(table.rows)
    if paper.will_page_break(whole if whole <= PAGE_MM else TOGETHER_MM):
        paper.add_page()
    paper.says(words(f"reports.table.{table.name}"), 11, "B", after_mm=1)
    paper.set_font(FONT, "", 9)
    sides = ("LEFT", *["RIGHT"] * len(table.columns))
    widths = (FIRST_PART, *[1.0] * len(table.columns))
    width = min(paper.epw, 110 + 26 * len(table.columns))
    with paper.table(
        col_widths=widths, width=width, align=Align.L, line_height=5, padding=1.2, text_align=sides
    ) as made:
        made.row([words(f"reports.rows.{table.name}"), *(labels.column(words, name) for name in table.columns)])
        for row in table.rows:
            style = None if row.of is Of.CELL else FontFace(emphasis="BOLD")
            figures = [labels.figure(words, table, row, column) for column in range(len(table.columns))]
            made.row([labels.row(words, report, table, row), *figures], style=style)
    paper.ln(5)


def _method(paper: Paper, words: Words) -> None:
    paper.add_page()
    paper.says(words("reports.method"), 12, "B", after_mm=2)
    for name in METHOD:
        paper.says(words(f"reports.how.{name}"), 9.5, after_mm=1.8)


def _sign(paper: Paper, words: Words) -> None:
    if paper.will_page_break(SIGN_MM):
        paper.add_page()
    paper.ln(8)
    for who in ("coordinator", "municipality"):
        paper.says(words(f"reports.sign.{who}"), 10, after_mm=12)


METHOD = (
    "period",
    "people",
    "ages",
    "completed",
    "delivered",
    "attended",
    "service",
    "helped",
    "visits",
    "booked",
    "used",
    "peak",
    "few",
    "together",
    "once",
)
"""What is said of how each figure is made: ``reports.how.NAME``, on the paper and on a page."""
