"""How long each main page takes over HTTP, from asking to its last byte, beside a page of the same bytes from memory.

The centre is a registry on SQLite with a year of two sites, and somebody who may open every page; the site is one that
people tap at, with its pages as they stand. Pages are asked for in turn, each beside its floor, by one browser.
"""

import gzip
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from access.clock import DAY_MS, HOUR_MS
from bench.broker import listens
from bench.clock import holds_within, wall_ms
from bench.processes import Process, Processes
from bench.starting import Running
from bench.trouble import CannotMeasure
from bench.visitor import Visitor
from bench.year import SITES, live_a_year
from hubout.ports import free_port
from pages import passwords
from registry.accounts.accounts import NewAccount
from registry.people.people import Profile
from registry.seed.files import DEFAULT
from registry.setup import Registry
from registry.web.navigation import MENU

STARTS_WITHIN_S = 60.0
LOOKS = 21
LOGIN, PASSWORD = "guida", "una parola lunga di prova"
OF_THE_CENTRE = ("/", f"/sites/{SITES[0]}", f"/bookings?site={SITES[0]}&span=week", "/search?q=rossi", "/me/hours")
OF_A_SITE = ("/", "/muster", "/timeline", "/heat", "/badges", "/walk-in", "/visits", "/plan", "/displays")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The middle of some looks at a page, and of as many at its floor; how many kB it has, packed."""

    page: str
    ms: float
    floor_ms: float
    kb: float

    @property
    def ratio(self) -> float:
        """Of the floor."""
        return round(self.ms / self.floor_ms, 1)


def of_the_centre(
    processes: Processes, looks: int, told: Callable[[str], None], *, a_year: bool = True
) -> list[Rendered]:
    """The pages that the navigation leads to, and some more. Raises CannotMeasure."""
    told("a year of two sites")
    url, keys = f"sqlite:///{processes.folder / 'pages.db'}", processes.folder / "pages-keys"
    with Registry(url, keys) as registry:
        person = _lived(registry, processes.folder / "pages-files", a_year=a_year)
    port = free_port()
    words = ("registry", "--database", url, "--keys", str(keys), "--port", str(port))
    server = processes.python("pages-registry", "hubout", *words)
    _demand(server, port)
    pages = (*OF_THE_CENTRE, f"/people/{person}", *(entry.path for entry in MENU.entries))
    with Visitor(port) as visitor:
        visitor.sign_in(login=LOGIN, password=PASSWORD)
        found = _looked_at(processes, "centre", visitor, pages, looks, told)
    server.stop()
    return found


def of_a_site(processes: Processes, site: Running, looks: int, told: Callable[[str], None]) -> list[Rendered]:
    """The pages of a running site. Raises CannotMeasure."""
    site.demand_pages()
    with Visitor(site.place.pages_port) as visitor:
        visitor.sign_in(name="Paola", code=site.place.code)
        return _looked_at(processes, "site", visitor, OF_A_SITE, looks, told)


def _lived(registry: Registry, files: Path, *, a_year: bool) -> str:
    """Fill a registry with the example, and a year around it; give whom the account that looks is of."""
    registry.seed_example(DEFAULT, files)
    now_ms = wall_ms()
    person = registry.add_person(Profile("Guida"))
    if a_year:
        person = live_a_year(registry, now_ms - now_ms % DAY_MS + 8 * HOUR_MS, new_sites=False)[0]
    registry.add_account(NewAccount(LOGIN, "Guida", person, administrator=True))
    registry.choose_password(LOGIN, passwords.hashed(PASSWORD))
    return person


def _looked_at(
    processes: Processes, face: str, visitor: Visitor, pages: Sequence[str], looks: int, told: Callable[[str], None]
) -> list[Rendered]:
    folder = processes.folder / f"still-{face}"
    folder.mkdir()
    there = [visitor.led_to(page) for page in pages]
    bodies = [visitor.look(path)[1] for path in there]
    for number, body in enumerate(bodies):
        (folder / str(number)).write_bytes(gzip.decompress(body))
    port = free_port()
    server = processes.python(f"still-{face}", "bench.still", str(port), str(folder))
    _demand(server, port)
    took: list[tuple[list[int], list[int]]] = [([], []) for _ in pages]
    with ExitStack() as stack:
        floor = stack.enter_context(Visitor(port))
        for look in range(looks):
            told(f"pages of the {face}: look {look + 1} of {looks}")
            for number, path in enumerate(there):
                took[number][0].append(visitor.look(path)[0])
                took[number][1].append(floor.look(f"/{number}")[0])
    server.stop()
    middles = [(median(own) / 1e6, median(bare) / 1e6) for own, bare in took]
    return [
        Rendered(f"{face}: {page}", round(ms, 2), round(floor_ms, 2), round(len(body) / 1e3, 1))
        for page, body, (ms, floor_ms) in zip(pages, bodies, middles, strict=True)
    ]


def _demand(server: Process, port: int) -> None:
    if not holds_within(lambda: server.ended or listens(port), STARTS_WITHIN_S) or server.ended:
        raise CannotMeasure(f"a server did not start; it said: {server.words()}")
