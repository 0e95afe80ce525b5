"""A register as a paper: A4, with the municipality's site and the programme at the head of every page, places for
signatures, the seal, and the page's number of how many. A sealed one carries its file, by which it is verified.

It is a function of the edition alone: the same edition is the same bytes.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.resources import as_file, files
from zoneinfo import ZoneInfo

from fpdf import FPDF

from access.hours import local
from access.register import Held
from access.register_fold import Line
from pages.assets import FONTS, THEME
from pages.languages import Words
from registry.registers.editions import Edition
from registry.registers.lines import Person, correction_of, how_of, people_of, sums
from registry.sites.sites import headed

FONT = "titillium"
MARGIN_MM, FOOT_MM = 12.0, 16.0
TOGETHER_MM = 42.0
"""A session's heading stands with the first lines of its table."""
ATTACHED = "registro.json"
WIDTHS = (7, 32, 14, 14, 13, 53, 34)
SUM_WIDTHS = (50, 20, 20, 20)


class Paper(FPDF):
    """The pages; ``head`` writes what stands on top of each, ``foot`` is what stands at its end beside its number."""

    def __init__(self, foot: str, page: str, at_ms: int) -> None:
        super().__init__(orientation="landscape", format="A4")
        self._foot, self._page = foot, page
        self.on_top: Callable[[], None] = lambda: None
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=FOOT_MM)
        self.set_creation_date(datetime.fromtimestamp(at_ms // 1_000, UTC))
        for style, weight in (("", "regular"), ("B", "600")):
            with as_file(files(THEME).joinpath(f"{FONTS}{weight}.ttf")) as font:
                self.add_font(FONT, style, font)
        self.alias_nb_pages()

    def header(self) -> None:
        """What stands on top of every page."""
        self.on_top()

    def footer(self) -> None:
        """Which register this is, and page x of y."""
        self.set_y(-FOOT_MM + 4)
        self.set_font(FONT, "", 8)
        self.cell(0, 5, self._foot)
        self.set_x(self.l_margin)
        self.cell(0, 5, self._page.format(page=self.page_no(), pages=self.str_alias_nb_pages), align="R")

    def says(self, text: str, size: float = 9, style: str = "", after_mm: float = 0) -> None:
        """A paragraph."""
        self.set_font(FONT, style, size)
        self.multi_cell(0, size * 0.5, text, new_x="LMARGIN", new_y="NEXT")
        self.ln(after_mm)


def grouped(digest: str) -> str:
    """A hash as people compare it: eights."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def pdf(held: Edition, words: Words) -> bytes:
    """The paper of an edition."""
    register = held.register
    opened = register.opened
    zone = ZoneInfo(opened.timezone)
    number = words("paper.number", number=opened.number, edition=held.number)
    mark = words("paper.seal_short", seal=held.digest[:16]) if register.sealed is not None else words("paper.draft")
    last_ms = opened.at_ms if register.sealed is None else register.sealed.at_ms
    paper = Paper(f"{number} · {mark}", words("paper.page", page="{page}", pages="{pages}"), last_ms)
    paper.set_title(f"{words('paper.title')} {number}")
    paper.set_lang(words.language)
    paper.on_top = lambda: _head(paper, held, words, number)
    paper.add_page()
    _sessions(paper, held, words, zone)
    if len(register.sessions) > 1:
        _sums(paper, held, words)
    _end(paper, held, words, zone)
    if register.sealed is not None:
        paper.embed_file(bytes=held.file, basename=ATTACHED, mime_type="application/json", compress=False)
    return bytes(paper.output())


def _head(paper: Paper, held: Edition, words: Words, number: str) -> None:
    opened = held.register.opened
    paper.set_font(FONT, "B", 14)
    paper.cell(0, 7, headed(opened.municipality, opened.site_name))
    paper.set_x(paper.l_margin)
    paper.cell(0, 7, f"{words('paper.title')} · {number}", align="R", new_x="LMARGIN", new_y="NEXT")
    cohort = f" · {words('paper.cohort', cohort=opened.cohort_name)}" if opened.cohort_name else ""
    paper.says(f"{words('paper.programme', programme=opened.programme_name)}{cohort}", 10)
    if held.register.sealed is None:
        paper.says(words("paper.draft_whole"), 10, "B")
    if opened.former:
        paper.says(words("paper.former", edition=held.number, former=opened.former[:16], why=opened.why), 8)
    paper.line(paper.l_margin, paper.get_y() + 1, paper.w - paper.r_margin, paper.get_y() + 1)
    paper.ln(3)


def _sessions(paper: Paper, held: Edition, words: Words, zone: ZoneInfo) -> None:
    people = list(people_of(held))
    for session in held.register.sessions.values():
        if paper.will_page_break(TOGETHER_MM):
            paper.add_page()
        paper.says(f"{session.title} · {_when(session, words, zone)}", 11, "B")
        where = session.place if session.where == "off-site" else held.register.opened.site_name
        said = [words("paper.where", where=where or "—"), words("paper.trainers", trainers=session.trainers or "—")]
        paper.says(" · ".join(said), 9, after_mm=1)
        if session.state != "delivered":
            paper.says(words(f"paper.state.{session.state}"), 10, "B", after_mm=2)
            continue
        _table(paper, [one for one in people if one.session is session], words, zone)
        paper.ln(4)


def _when(session: Held, words: Words, zone: ZoneInfo) -> str:
    start, end = local(session.start_ms, zone), local(session.end_ms, zone)
    pauses = ["–".join(words.hour(local(int(at), zone)) for at in pair.split("-")) for pair in session.breaks.split()]
    until = words.hour(end) if end.date() == start.date() else f"{words.date(end.date())}, {words.hour(end)}"
    breaks = f" ({words('paper.breaks', breaks=', '.join(pauses))})" if pauses else ""
    return f"{words.date(start.date())}, {words.hour(start)}–{until}{breaks}"


def _table(paper: Paper, people: Sequence[Person], words: Words, zone: ZoneInfo) -> None:
    names = ("row", "person", "entered", "left", "of", "notes", "signature")
    paper.set_font(FONT, "", 9)
    with paper.table(
        col_widths=WIDTHS,
        line_height=5,
        padding=1.5,
        text_align=("RIGHT", "LEFT", "CENTER", "CENTER", "RIGHT", "LEFT", "LEFT"),
    ) as table:
        table.row([words(f"paper.column.{name}") for name in names])
        for one in people:
            minutes = f"{one.have.recognised_minutes} / {one.have.delivered_minutes}"
            for n, line in enumerate(one.lines or (None,)):
                table.row([*_cells(one, line, words, zone, minutes=minutes if n == 0 else ""), ""])


def _cells(one: Person, line: Line | None, words: Words, zone: ZoneInfo, *, minutes: str) -> list[str]:
    if line is None:
        return ["—", one.name, "—", "—", minutes, words("paper.how.nobody")]
    times = [_clock(at_ms, one.session, words, zone) if line.said.to_ms else "—" for at_ms in _times(line)]
    return [str(line.n), one.name, *times, minutes, _notes(line, words, zone)]


def _times(line: Line) -> tuple[int, int]:
    return line.said.from_ms, line.said.to_ms


def _clock(at_ms: int, session: Held, words: Words, zone: ZoneInfo) -> str:
    """The hour; with its day, where that is not the session's."""
    at = local(at_ms, zone)
    same = at.date() == local(session.start_ms, zone).date()
    return words.hour(at) if same else f"{words.hour(at)} ({at:%d/%m})"


def _notes(line: Line, words: Words, zone: ZoneInfo) -> str:
    how, word = how_of(line), correction_of(line)
    said = [] if how == "exit" else [words(f"paper.how.{how}")]
    if word is not None:
        at = local(word.at_ms, zone)
        moment = f"{at:%d/%m/%Y} {words.hour(at)}"
        said = [words("paper.corrects", of=word.of) if word.of else words("paper.added")]
        said += [words("paper.how.absent")] if not word.there else []
        said.append(words("paper.because", reason=word.reason, author=word.author_name, when=moment))
    if line.by:
        said.append(words("paper.corrected_by", by=line.by))
    return "; ".join(said)


def _sums(paper: Paper, held: Edition, words: Words) -> None:
    paper.says(words("paper.sums"), 11, "B", after_mm=1)
    paper.set_font(FONT, "", 9)
    with paper.table(col_widths=SUM_WIDTHS, line_height=5, padding=1, text_align=("LEFT", *["RIGHT"] * 3)) as table:
        table.row([words(f"paper.column.{name}") for name in ("person", "delivered", "recognised", "percent")])
        for one in sums(held):
            percent = f"{words.figure(one.basis_points / 100)} %"
            table.row([one.name, str(one.delivered), str(one.recognised), percent])
    paper.ln(4)


def _end(paper: Paper, held: Edition, words: Words, zone: ZoneInfo) -> None:
    register = held.register
    if paper.will_page_break(70):
        paper.add_page()
    by_part = {one.part: one for one in register.closed}
    for part in ("trainer", "coordinator"):
        one = by_part.get(part)
        if one is None:
            paper.says(words(f"paper.open.{part}"), 10)
        else:
            at = local(one.at_ms, zone)
            moment = f"{words.date(at.date())}, {words.hour(at)}"
            paper.says(words(f"paper.closed.{part}", name=one.name, when=moment), 10)
        paper.ln(4)
        paper.says(words("paper.sign"), 10, after_mm=3)
    for head in register.heads:
        event = f"{head.epoch}-{head.seq}"
        paper.says(words("paper.head", site=head.site, event=event, hash=grouped(head.digest)), 7.5)
    if register.sealed is not None:
        paper.ln(1)
        paper.says(words("paper.seal", seal=grouped(held.digest)), 9, "B")
        paper.says(words("paper.verify", file=ATTACHED), 8)
