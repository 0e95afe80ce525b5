"""A badge is enrolled where it will be used: real registry, gateway, broker, doorkeeper, and a reader over the wire."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from access.facts import BadgeRead, Judged
from registry.accounts.accounts import NewAccount
from tests.support.faces import PASSWORD, kept
from tests.support.site_toml import Plan, door, reader
from tests.support.whole_site import Someone, WholeSite, whole_site
from tests.support.wire_device import WireDevice

STAFF_CARD, CARD, OTHER_CARD = "04A1B2C3D4E580", "04A1B2C3D4E581", "04A1B2C3D4E582"
PLAN = Plan(
    doors=[door("front", 17, pulse_ms=100), door("back", 27, pulse_ms=100)],
    devices=[reader("front-in", "front"), reader("back-in", "back")],
    policy={"tap_interval_s": 0, "card_repeat_s": 0},
)


class Desk:
    """Staff at the registry, and the readers of a site."""

    def __init__(self, site: WholeSite, readers: dict[str, WireDevice]) -> None:
        self.site, self.readers = site, readers
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{site.registry_port}/api/v1", timeout=20)
        self.http.headers["Authorization"] = f"Bearer {site.operator}"

    def call(self, at: str = "front-in", **wanted: str) -> str:
        """Call on a reader, and wait until it is ready."""
        ident = self.asked(at, **wanted).json()["id"]
        self.until(ident, lambda stands: stands["heard_ms"] is not None, "the reader to wait")
        return str(ident)

    def asked(self, at: str = "front-in", **wanted: str) -> httpx.Response:
        return self.http.post("/badge-calls", json={"site": self.site.site, "reader": at, **wanted})

    def stands(self, ident: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"/badge-calls/{ident}").json()
        return found

    def until(self, ident: str, holds: Any, what: str) -> dict[str, Any]:  # noqa: ANN401 -- a question to a call
        self.site.until(lambda: holds(self.stands(ident)), f"{what}; it stands {self.stands(ident)}", every_s=0.05)
        return self.stands(ident)

    def came_to(self, ident: str, state: str) -> dict[str, Any]:
        return self.until(ident, lambda stands: stands["state"] == state, f"the call to be {state}")

    def shows(self, uid: str, at: str = "front-in") -> str:
        """Show a card, and give what the reader shows."""
        return self.readers[at].signal(self.readers[at].tap(uid))

    def confirm(self, ident: str) -> str:
        answer = self.http.post(f"/badge-calls/{ident}/confirm", json={})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["made"])

    def enrols(self, person: str, uid: str) -> str:
        """Enrol a card for somebody at the front."""
        ident = self.call(person=person)
        assert self.shows(uid) == "wait"
        self.came_to(ident, "read")
        return self.confirm(ident)

    def is_let_in(self, uid: str, at: str = "front-in") -> None:
        self.site.until(lambda: self.shows(uid, at) == "granted", f"{uid[-2:]} to be let in")

    def is_refused(self, uid: str, at: str = "front-in") -> None:
        self.site.until(lambda: self.shows(uid, at) == "denied", f"{uid[-2:]} to be refused")

    def reads(self) -> list[BadgeRead]:
        return list(self.site.log.facts(BadgeRead))


@contextmanager
def reception(folder: Path, *logins: str) -> Iterator[Desk]:
    """A site at work, whose operators sign in by these; told before its start, so that it knows them from the first."""
    people = [Someone("sara", STAFF_CARD, staff=True)]
    with whole_site(folder, PLAN, people) as site:
        site.admit("anna")
        site.admit("bruno")
        for login in logins:
            site.books.add_account(NewAccount(login, login.title()), "operator", site.site)
            site.books.choose_password(login, kept(PASSWORD))
        site.start()
        with ExitStack() as stack:
            ids = ("front-in", "back-in")
            readers = {each: stack.enter_context(WireDevice(site.broker.port, site.site, each)) for each in ids}
            for each in readers.values():
                each.born()
            desk = Desk(site, readers)
            stack.callback(desk.http.close)
            site.until(desk_knows_its_readers(desk), "the registry to know the readers")
            yield desk


def desk_knows_its_readers(desk: Desk) -> Any:  # noqa: ANN401 -- a condition
    def known() -> bool:
        layout = desk.http.get(f"/sites/{desk.site.site}/layout")
        return layout.status_code == 200 and len(layout.json()["readers"]) == 2

    return known


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with reception(tmp_path) as made:
        yield made


def book(desk: Desk, *people: str) -> None:
    """Everybody may be in the hall at any hour: with a standing right."""
    for person in people:
        rights = desk.http.get(f"/sites/{desk.site.site}/rights/{person}")
        body = {"zones": ["hall"], "standing": ["hall"]}
        match = {"If-Match": rights.headers["ETag"]}
        answer = desk.http.put(f"/sites/{desk.site.site}/rights/{person}", json=body, headers=match)
        assert answer.status_code == 200, answer.text


def test_a_badge_is_enrolled_tested_used_lost_and_replaced(desk: Desk) -> None:
    book(desk, "anna")
    releases = desk.site.releases(17)
    made = desk.enrols("anna", CARD)
    assert desk.site.releases(17) == releases
    tested = desk.call(purpose="test", badge=made)
    assert desk.shows(CARD) == "wait"
    said = desk.came_to(tested, "passed")
    assert said["opens"] == [{"door": name, "granted": True, "reason": "standing"} for name in ("back", "front")]
    assert desk.site.releases(17) == releases
    desk.is_let_in(CARD)
    desk.site.until(lambda: desk.site.releases(17) == releases + 1, "the one pulse, which may come after the signal")
    replaced = desk.call(purpose="replace", badge=made)
    assert desk.shows(OTHER_CARD) == "wait"
    desk.came_to(replaced, "read")
    second = desk.confirm(replaced)
    desk.is_refused(CARD)
    desk.is_let_in(OTHER_CARD)
    history = {one["id"]: one["revoked"] for one in desk.http.get("/people/anna/badges").json()["items"]}
    assert history == {made: True, second: False}
    assert desk.http.post(f"/badges/{second}/revoke").status_code == 200
    desk.is_refused(OTHER_CARD)
    assert CARD.encode() not in (desk.site.state / "log.db").read_bytes()


def test_cards_of_others_are_not_taken(desk: Desk) -> None:
    book(desk, "anna")
    ident = desk.call(person="anna")
    assert desk.shows(OTHER_CARD, "back-in") == "denied"
    assert desk.shows(STAFF_CARD, "back-in") == "granted"
    assert desk.stands(ident)["state"] == "waiting"
    refused = desk.asked(person="bruno")
    assert (refused.status_code, refused.json()["call"]) == (409, ident)
    assert desk.shows(STAFF_CARD) == "wait"
    stands = desk.came_to(ident, "in-use")
    assert stands["holder"] == "badge-sara"
    desk.is_let_in(STAFF_CARD)
    assert [(read.reader, read.badge) for read in desk.reads()] == [("front-in", "badge-sara")]
    others = [one for one in desk.site.log.facts(Judged) if one.reader == "back-in"]
    assert [one.granted for one in others] == [False, True]


def test_two_readers_take_a_card_each(desk: Desk) -> None:
    book(desk, "anna", "bruno")
    calls = {at: desk.call(at, person=who) for at, who in (("front-in", "anna"), ("back-in", "bruno"))}
    assert [desk.shows(uid, at) for uid, at in ((OTHER_CARD, "back-in"), (CARD, "front-in"))] == ["wait", "wait"]
    for ident in calls.values():
        desk.came_to(ident, "read")
        desk.confirm(ident)
    for uid in (CARD, OTHER_CARD):
        desk.is_let_in(uid)
    entered = {one.badge: one.person for one in desk.site.log.facts(Judged) if one.granted}
    assert set(entered.values()) == {"anna", "bruno"}


def test_a_card_that_is_shown_while_the_registry_is_gone_is_told_when_it_is_back(desk: Desk) -> None:
    book(desk, "anna")
    ident = desk.call(person="anna")
    desk.site.registry.kill()
    assert desk.shows(CARD) == "wait"
    desk.site.until(desk.reads, "the card to be read")
    desk.site.registry.start()
    desk.site.wait_registry()
    desk.came_to(ident, "read")
    desk.confirm(ident)
    desk.is_let_in(CARD)


def test_a_call_that_is_cancelled_leaves_the_reader_to_its_door(desk: Desk) -> None:
    ident = desk.call(person="anna")
    assert desk.http.post(f"/badge-calls/{ident}/cancel").json()["state"] == "cancelled"
    desk.call("back-in", person="anna")  # Which the gateway hears no sooner than that the other is over.
    assert desk.shows(STAFF_CARD) == "granted"
    assert desk.reads() == []
