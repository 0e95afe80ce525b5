"""The pages of enrolment in a real browser, in every state of a call, held to what every page of ours is held to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pages.languages import LANGUAGES
from tests.support.browser import launch
from tests.support.called import CARD, OTHER_CARD, PHONE, call, card_body, confirm, lay_readers, shows
from tests.support.centre_sights import ENROL
from tests.support.centres import Centre, centre
from tests.support.faces import PASSWORD, account
from tests.support.page_rules import Reader, Sight, send_at_once

THIRD_CARD = "04C1C2C3C4C5C6"


@dataclass
class Desk:
    """A registry with people whose badges are in every state."""

    centre: Centre
    calls: dict[str, str] = field(default_factory=dict)
    anna: str = ""
    bare: str = ""
    badge: str = ""

    @property
    def url(self) -> str:
        """Where its pages are."""
        return str(self.centre.http.base_url).rstrip("/")

    def fill(self) -> None:
        """Bring calls into all their states, and leave one reader free."""
        site = self.centre
        self.anna, self.bare = site.admit("matera", "Anna Rossi"), site.admit("matera", "Bruno Bianchi")
        self._ended("done", CARD, person=self.anna)
        self.badge = confirm(site, self.calls["done"]).json()["made"]
        self._ended("in-use", CARD, person=self.bare)
        self._ended("unfit", PHONE, person=self.bare)
        self._ended("other", OTHER_CARD, purpose="test", badge=self.badge)
        self._tested()
        self.calls["cancelled"] = call(site, person=self.bare)["id"]
        site.ask("POST", f"/badge-calls/{self.calls['cancelled']}/cancel", {})
        self._ended("read", THIRD_CARD, person=self.anna)
        self._ended("replacing", "04D1D2D3D4D5D6", purpose="replace", badge=self.badge)

    def _ended(self, name: str, uid: str, **wanted: str) -> None:
        self.calls[name] = call(self.centre, **wanted)["id"]
        shows(self.centre, self.calls[name], uid)

    def _tested(self) -> None:
        self.calls["passed"] = call(self.centre, purpose="test", badge=self.badge)["id"]
        opens = [
            {"door": "front", "granted": True, "reason": "standing"},
            {"door": "back", "granted": False, "reason": "zone-not-allowed"},
        ]
        body = card_body(self.centre, CARD, badge=self.badge, opens=opens)
        self.centre.as_gateway("matera", "POST", f"/calls/{self.calls['passed']}/card", body)

    def waits(self) -> str:
        """A call that waits now; of the last test's none does any more."""
        if "waiting" in self.calls:
            self.centre.ask("POST", f"/badge-calls/{self.calls['waiting']}/cancel", {})
        self.calls["waiting"] = call(self.centre, person=self.anna)["id"]
        return self.calls["waiting"]

    def enter(self, page: Page) -> None:
        """Sign in."""
        page.goto(f"{self.url}/sign-in")
        page.fill("#login", "bice")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(f"{self.url}/")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("enrol")
    with centre(f"sqlite:///{folder / 'registry.db'}", folder / "keys") as running:
        running.add_site("matera")
        lay_readers(running, "matera")
        account(running, "bice", "Bice Guida", administrator="1")
        made = Desk(running)
        made.fill()
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", params=LANGUAGES)
def reader(request: pytest.FixtureRequest, browser: Browser, desk: Desk) -> Iterator[Reader]:
    made = Reader(browser, desk.url, request.param, desk.enter)
    yield made
    made.close()


PATHS = (
    "/enrol",
    "/enrol?q=an",
    "/enrol?q=zoe",
    "/enrol/people/{anna}",
    "/enrol/people/{bare}",
    "/enrol/badges/{badge}/lost",
)


def test_what_is_said_to_be_looked_at_here_is() -> None:
    shown = {path.partition("?")[0].replace("{anna}", "{person}").replace("{bare}", "{person}") for path in PATHS}
    assert shown | {"/enrol/calls/{call}"} == set(ENROL)


@pytest.mark.parametrize("path", PATHS)
def test_the_pages_are_for_everybody(reader: Reader, desk: Desk, path: str) -> None:
    sight = Sight(path.format(anna=desk.anna, bare=desk.bare, badge=desk.badge))
    assert reader.faults(sight) == {}


@pytest.mark.parametrize(
    "state", ["done", "in-use", "unfit", "other", "passed", "cancelled", "read", "replacing", "waiting"]
)
def test_a_call_is_for_everybody_in_every_state(reader: Reader, desk: Desk, state: str) -> None:
    ident = desk.waits() if state == "waiting" else desk.calls[state]
    assert reader.faults(Sight(f"/enrol/calls/{ident}")) == {}


def test_a_reason_that_is_missing_is_for_everybody(reader: Reader, desk: Desk) -> None:
    assert reader.faults(Sight(f"/enrol/badges/{desk.badge}/lost", status=422, first=send_at_once)) == {}
