"""A certificate of attendance: one person, one programme, the hours; A4, with a place for the signature."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import as_file, files

from fpdf import FPDF

from pages.assets import FONTS, THEME
from pages.languages import Words
from registry.registers.paper import FONT
from registry.sites.sites import headed

MARGIN_MM = 25.0
VERIFY = "/verify-certificate"
"""The page of the centre that verifies one."""


@dataclass(frozen=True, slots=True)
class Certified:
    """Who attended what, where, and how much of it by which day; under which number and code it was issued, and at
    which ``address`` (a whole one; "" nobody has said it) that is verified.
    """

    site_name: str
    name: str
    programme_name: str
    delivered_minutes: int
    recognised_minutes: int
    threshold_percent: int
    on: date
    at_ms: int
    number: str
    code: str
    municipality: str = ""
    address: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the threshold is reached, by the exact ratio."""
        return 100 * self.recognised_minutes >= self.threshold_percent * self.delivered_minutes


def hours(words: Words, minutes: int) -> str:
    """Minutes as hours and minutes."""
    return words("certificate.hours", hours=words.figure(minutes // 60), minutes=f"{minutes % 60:02}")


def pdf(said: Certified, words: Words) -> bytes:
    """The paper."""
    paper = FPDF(format="A4")
    paper.set_margins(MARGIN_MM, MARGIN_MM)
    paper.set_creation_date(datetime.fromtimestamp(said.at_ms // 1_000, UTC))
    for style, weight in (("", "regular"), ("B", "600")):
        with as_file(files(THEME).joinpath(f"{FONTS}{weight}.ttf")) as font:
            paper.add_font(FONT, style, font)
    paper.set_title(words("certificate.title"))
    paper.set_lang(words.language)
    paper.add_page()
    lines = (
        (headed(said.municipality, said.site_name), "B", 16, 18),
        (words("certificate.title"), "B", 20, 2),
        (words("certificate.number", number=said.number), "", 12, 10),
        (words("certificate.says"), "", 12, 4),
        (said.name, "B", 16, 4),
        (words("certificate.attended", programme=said.programme_name), "", 12, 8),
        (_hours(said, words), "", 12, 4),
        (
            words("certificate.met" if said.is_met else "certificate.not_met", percent=said.threshold_percent),
            "",
            12,
            4,
        ),
        (words("certificate.made"), "", 10, 12),
        (words("certificate.on", day=words.date(said.on)), "", 11, 24),
    )
    for text, style, size, after_mm in lines:
        paper.set_font(FONT, style, size)
        paper.multi_cell(0, size * 0.5, text, align="C", new_x="LMARGIN", new_y="NEXT")
        paper.ln(after_mm)
    paper.set_font(FONT, "", 11)
    paper.cell(0, 6, words("certificate.sign"), align="R", new_x="LMARGIN", new_y="NEXT")
    paper.set_y(-MARGIN_MM - 12)
    paper.set_font(FONT, "", 9)
    paper.multi_cell(0, 5, _verified_at(said, words), align="C")
    return bytes(paper.output())


def _verified_at(said: Certified, words: Words) -> str:
    key = "certificate.verify_at" if said.address else "certificate.verify"
    return words(key, number=said.number, code=said.code, address=said.address or VERIFY)


def _hours(said: Certified, words: Words) -> str:
    points = 10_000 * said.recognised_minutes // said.delivered_minutes
    places = {"recognised": hours(words, said.recognised_minutes), "delivered": hours(words, said.delivered_minutes)}
    return words("certificate.of", **places, percent=words.figure(points / 100))
