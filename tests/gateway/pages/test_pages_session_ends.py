"""A session that was begun by an account ends with the account, at the next word of the gateway's; the application
itself is asked, with the registry nowhere.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

import httpx
import pytest

from access.clock import DAY_MS, SECOND_MS
from access.records import Record
from access.staff import Staff
from gateway.pages.app import make
from gateway.pages.face import Face
from pages import passwords
from tests.support.link_files import link_with
from tests.support.live_day import TEN_PAST_ELEVEN, busy
from tests.support.live_pages import CODE
from tests.support.live_site import small_site

PASSWORD = "quattro parole messe a caso"
ZENO = Staff("a1", "zeno", "Zeno Sportello", "operator", passwords.hashed(PASSWORD))
PAOLA = replace(ZENO, id="a2", login="paola", name="Paola Guida")
NOW_MS = TEN_PAST_ELEVEN.wall_ms
ENDED = "/sign-in?ended"


@dataclass
class Desk:
    """The pages in this process, and a clock that stands until it is moved."""

    folder: Path
    now_s: float = 1_000.0
    version: int = 0

    def __post_init__(self) -> None:
        idents = iter(f"ident-{n}" for n in range(100))
        self.app = make(small_site(), CODE, self.folder, bytes(32), lambda: self.now_s, lambda: next(idents))
        self.face: Face = self.app.state.face

    def told(self, *records: Record) -> None:
        """Let the registry have told this, and the gateway say how the site stands."""
        self.version += 1
        link_with(self.folder, *records, version=self.version)
        self.face.feed.seen = busy()
        self.face.feed.version += 1

    def client(self) -> httpx.AsyncClient:
        """A browser."""
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers={"accept-language": "it"})


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.face.feed._heard_s = made.now_s
    made.told(ZENO, PAOLA)
    return made


async def signed_in(client: httpx.AsyncClient, name: str = "zeno", code: str = PASSWORD) -> None:
    answer = await client.post("/sign-in", data={"name": name, "code": code})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def where(client: httpx.AsyncClient, path: str = "/?still") -> str:
    answer = await client.get(path)
    return str(answer.headers.get("location", path))


def until(seconds_ahead: int) -> Staff:
    return replace(ZENO, until_ms=NOW_MS + seconds_ahead * SECOND_MS)


@pytest.mark.parametrize(
    ("left", "ends"),
    [
        ([PAOLA], True),
        ([replace(ZENO, password=passwords.hashed("una parola nuova e lunga")), PAOLA], True),
        ([replace(ZENO, login="zeno.s"), PAOLA], True),
        ([until(0), PAOLA], True),
        ([until(60), PAOLA], False),
        ([replace(ZENO, name="Zeno Banchi"), PAOLA], False),
        ([ZENO], False),
    ],
    ids=["removed", "password", "login", "role over", "role going on", "renamed", "another removed"],
)
def test_a_session_ends_with_its_account_or_its_password_and_with_nothing_else(
    desk: Desk, left: list[Staff], ends: bool
) -> None:
    async def day() -> None:
        async with desk.client() as client:
            await signed_in(client)
            assert await where(client) == "/?still"
            desk.told(*left)
            assert await where(client) == (ENDED if ends else "/?still")
            assert await where(client, "/muster") == (ENDED if ends else "/muster")

    asyncio.run(day())


def test_a_session_whose_account_is_given_back_does_not_come_back(desk: Desk) -> None:
    async def day() -> None:
        async with desk.client() as client:
            await signed_in(client)
            desk.told(PAOLA)
            assert await where(client) == ENDED
            desk.told(ZENO, PAOLA)
            assert await where(client) == ENDED
            assert "La sessione è finita: accedi di nuovo." in unescape((await client.get(ENDED)).text)

    asyncio.run(day())


def test_it_ends_when_its_time_is_over_though_nothing_more_is_heard(desk: Desk) -> None:
    async def day() -> None:
        desk.told(until(600), PAOLA)
        async with desk.client() as client, desk.client() as other:
            await signed_in(client)
            await signed_in(other, "paola")
            desk.now_s += 599
            assert await where(client) == "/?still"
            desk.now_s += 1
            assert (await where(client), await where(other)) == (ENDED, "/?still")

    asyncio.run(day())


def test_the_sites_code_opens_what_no_account_ends(desk: Desk) -> None:
    async def day() -> None:
        async with desk.client() as client:
            await signed_in(client, "Paola", CODE)
            desk.told()
            assert await where(client) == "/?still"

    asyncio.run(day())


def test_a_replica_that_is_damaged_meanwhile_ends_nobodys_session(desk: Desk) -> None:
    async def day() -> None:
        async with desk.client() as client:
            await signed_in(client)
            assert await where(client) == "/?still"
            (desk.folder / "link.db").write_bytes(b"no database" * 100)
            desk.face.feed.version += 1
            assert await where(client) == "/?still"
            desk.now_s += 31 * DAY_MS / SECOND_MS
            assert await where(client) == ENDED

    asyncio.run(day())


@pytest.mark.parametrize(
    "ending", [lambda desk: desk.told(PAOLA), lambda desk: desk.face.sessions.live.clear()], ids=["account", "session"]
)
def test_an_open_live_page_is_told_that_it_is_over(desk: Desk, ending: Callable[[Desk], None]) -> None:
    async def day() -> str:
        async with desk.client() as client:
            await signed_in(client)
            stream = asyncio.create_task(client.get("/live/events"))
            while not desk.face.accounts._known:  # The stream's own first look.
                await desk.face.feed.moved(0.01)
            ending(desk)
            return (await stream).text

    assert asyncio.run(day()).endswith("event: over\ndata: over\n\n")
