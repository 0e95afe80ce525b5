"""A session's register by hand: two people, three entries, of the morning of 2026-06-01 at Rome."""

from collections.abc import Sequence

from access.register import Closed, Correction, Enrolled, Entry, Head, Held, Opened, Part, Said, bound
from access.register_chain import Name, Row, file_of, linked
from access.register_fold import folded
from access.register_words import Refused, closing
from tests.support.core_site import rome

DAY = "2026-06-01"
SALT = "ab" * 32
NAMES = {"anna": Name("Anna Rossi", SALT), "bruno": Name("Bruno Però", SALT)}


def clock(text: str) -> int:
    return rome(f"{DAY} {text}")


OPENED = Opened(
    site="matera",
    register="r1",
    number=1,
    edition=1,
    former="",
    why="",
    site_name="Matera",
    timezone="Europe/Rome",
    programme="senior",
    programme_name="Contamination Lab senior",
    cohort="",
    cohort_name="",
    author="acc-clara",
    author_name="Clara",
    at_ms=clock("20:00"),
    late_ms=600_000,
    early_ms=0,
    unit_minutes=1,
    rounding="down",
    threshold_percent=80,
    municipality="Comune di Matera",
)
HELD = Held(
    "s1",
    "Lezione",
    clock("09:00"),
    clock("13:00"),
    f"{clock('10:45')}-{clock('11:00')}",
    "delivered",
    "site",
    "",
    "Tina Verdi",
    "anna bruno",
)


def entry(person: str, times: str, how: str = "exit", site: str = "matera") -> Entry:
    """A person's stay, written ``09:00-13:00``."""
    start, end = times.split("-")
    return Entry("s1", person, site, clock(start), clock(end), how)


def began(*entries: Entry, opened: Opened = OPENED, held: Held = HELD) -> list[Said]:
    """An edition with these entries."""
    people = [Enrolled(who, bound(NAMES[who].name, bytes.fromhex(SALT))) for who in ("anna", "bruno")]
    return [opened, Head("matera", 1, 42, "c0" * 32), held, *people, *entries]


MORNING = (entry("anna", "08:55-11:30"), entry("anna", "12:00-13:05"), entry("bruno", "09:08-23:30", "system"))


def correction(of: int, person: str, times: str = "", reason: str = "Il lettore era guasto") -> Correction:
    """A word on a row; no times: nobody was there."""
    start, end = map(clock, times.split("-")) if times else (0, 0)
    return Correction(of, "s1", person, start, end, "acc-clara", "Clara Neri", reason, clock("20:10"))


def by(part: Part, person: str, account: str = "") -> Closed:
    return Closed(str(part), account or f"acc-{person}", person, person.title(), clock("20:30"))


TINA, CLARA = by(Part.TRAINER, "tina"), by(Part.COORDINATOR, "clara")


def closed(said: Sequence[Said], *whom: Closed) -> list[Said]:
    """The edition after these have closed it."""
    found = list(said)
    for one in whom:
        more = closing(folded(found), one)
        assert not isinstance(more, Refused), more
        found += more
    return found


def sealed(*more: Said) -> list[Said]:
    """The morning, closed by both."""
    return closed([*began(*MORNING), *more], TINA, CLARA)


def written(said: Sequence[Said]) -> tuple[list[Row], bytes]:
    """Its rows and its file."""
    rows = list(linked(said))
    return rows, file_of(rows, said, NAMES)
