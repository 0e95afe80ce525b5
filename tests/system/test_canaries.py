"""What identifies somebody is found on no disk, in no log, address, metric, export or browser but where it may be (P2,
P3), and once they are erased nowhere at all (P5): in no free page, no write-ahead log, no gateway's log and nothing
that the broker keeps. All parts are real.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from access.facts import Checkpoint, Entered
from access.facts_people import VisitBegan
from access.log import Row, read_header
from gateway.clock import Clock
from gateway.log.reader import Reader
from registry.accounts.accounts import NewAccount
from registry.edit import editing
from registry.reports import kept
from registry.reports.periods import Period
from registry.retention.purge import purge
from tests.support.canaries import Visit, files_with, visit, within
from tests.support.faces import PASSWORD
from tests.support.faces import kept as hashed
from tests.support.operator import asked, at
from tests.support.site_toml import Plan, door, reader
from tests.support.whole_site import HOUR_MS, WholeSite, whole_site
from tests.support.wire_device import WireDevice

NAME, CODE, EMAIL, BIRTH, REF = (
    "Canarina Canaletti",
    "CNLCRN03L59F052X",
    "canarina@esempio.it",
    "2003-07-19",
    "ref-canary-7",
)
UID = "04CA11A2D00D80"
NEVER = (CODE, UID, PASSWORD)
"""What is in no address, log, metric, export or browser, whoever looks; tokens and codes of this run beside it."""
AT_REGISTRY = frozenset({"registry.db", "registry.db-wal"})
ADMITTED = AT_REGISTRY | {"state/link.db", "state/link.db-wal"}
"""Where the display name of somebody who is admitted at the site may lie; what staff typed lies in its log, too."""
TYPED = ADMITTED | {"state/log.db", "state/log.db-wal"}
PLAN = Plan(
    doors=[door("front", 17, pulse_ms=100)],
    devices=[reader("front-in", "front")],
    policy={"tap_interval_s": 0, "card_repeat_s": 0},
)
PLACES = ("local", "session", "cookie", "database", "cache", "state", "window", "link")
FAULTY = """async () => {
  localStorage.setItem("seen", "canary-local");
  sessionStorage.setItem("seen", "canary-session");
  document.cookie = "seen=canary-cookie";
  await new Promise(done => { indexedDB.open("canary-database").onsuccess = done; });
  await (await caches.open("seen")).put("/seen", new Response("canary-cache"));
  history.replaceState({who: "canary-state"}, "");
  window.name = "canary-window";
}"""
"""What a faulty page would do."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    (tmp_path / "site").mkdir()
    with whole_site(tmp_path / "site", PLAN, persistent=True) as made:
        made.start()
        yield made


def made(site: WholeSite, path: str, body: object) -> str:
    answer = asked(site, "POST", f"/api/v1{path}", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def somebody(site: WholeSite, now_ms: int) -> str:
    """A person of whom everything is known that can be, the codice fiscale and the name in each free text."""
    known = {"name": NAME, "fiscal_code": CODE, "email": EMAIL, "birth_date": BIRTH, "ref": REF}
    who = made(site, "/people", known)
    rights = {"zones": ["hall"], "standing": ["hall"]}
    assert asked(site, "PUT", f"/api/v1/sites/{site.site}/rights/{who}", rights).is_success
    made(site, f"/people/{who}/badges", {"uid": UID})
    span = {"start_ms": now_ms + HOUR_MS, "end_ms": now_ms + 2 * HOUR_MS}
    made(site, f"/sites/{site.site}/passes", {"person": who, "zones": ["hall"], **span})
    made(site, "/programmes", {"id": "senior", "name": "Senior", "zones": {site.site: ["hall"]}})
    made(site, "/cohorts", {"id": "one", "programme": "senior", "site": site.site, "name": "Uno"})
    made(site, "/enrolments", {"person": who, "cohort": "one", "from_ms": now_ms - 200 * 24 * HOUR_MS})
    made(site, f"/people/{who}/guardians", {"from_ms": 0})
    made(site, f"/people/{who}/feeds", None)
    for login, of in (("sara", NewAccount("sara", "Sara", administrator=True)), (EMAIL, NewAccount(EMAIL, NAME, who))):
        site.books.add_account(of)
        site.books.choose_password(login, hashed(PASSWORD))
    return who


def secrets(site: WholeSite) -> tuple[str, ...]:
    """The tokens and codes of this run."""
    files = [site.folder / "secrets" / name for name in ("gateway.token", "credential.key", "pages-code")]
    assert site.operator is not None
    return (site.operator, *(path.read_text().strip() for path in files))


@pytest.mark.timeout(600)
def test_canaries_are_where_they_may_be_and_nowhere_once_they_are_erased(site: WholeSite, tmp_path: Path) -> None:
    now_ms = Clock().now().wall_ms
    who = somebody(site, now_ms)
    with WireDevice(site.broker.port, site.site, "front-in") as front:
        front.born()
        site.until(lambda: front.signal(front.tap(UID)) == "granted", "the badge to open", every_s=0.2)
        site.until(lambda: any(f.person == who for f in site.log.facts(Entered)), "the tap in the log")
        with visit(tmp_path / "profile") as seen:
            at_the_centre(site, seen, who, now_ms)
            at_the_site(site, seen)
            stored = seen.keeps(NAME, EMAIL, BIRTH, REF, *NEVER, *secrets(site))
            addressed = seen.addressed(NAME, EMAIL, BIRTH, REF, *NEVER, *secrets(site))
        assert (stored, addressed, seen.databases) == (set(), set(), set())
        site.wait_synced()
        lived(site, who)
        assert asked(site, "DELETE", f"/api/v1/people/{who}").status_code == 204
        site.until(lambda: front.signal(front.tap(UID)) == "denied", "the badge to be refused", every_s=0.2)
    sought = (NAME, CODE, EMAIL, BIRTH, REF, UID)

    def gone() -> bool:
        purge(site.books.database, now_ms + HOUR_MS, "test")
        return not left(site, sought, who)

    site.until(gone, "nothing to be left of them", within_s=60, every_s=1)
    assert not any(files_with(tmp_path / "profile", *sought, PASSWORD).values())


def left(site: WholeSite, sought: tuple[str, ...], who: str) -> dict[str, set[str]]:
    """Where anything of them is left. The opaque id may stay where the registry still looks for it, and, of who is
    inside, in the site's newest checkpoint and in what its pages counted until then.
    """
    there = {one: names for one, names in files_with(site.folder, *sought).items() if names}
    files = {name for name in files_with(site.state, who)[who] if not name.startswith(("log.db", "days.db"))}
    kinds = {read_header(row.header).kind for row in rows(site) if who.encode() in (row.body or b"")}
    return there | ({who: found} if (found := files | (kinds - {Checkpoint.KIND})) else {})


def rows(site: WholeSite) -> list[Row]:
    log = Reader.open(site.state / "log.db")
    try:
        return [one for one in log.read_on(0, 10_000, 1 << 30) if isinstance(one, Row)]
    finally:
        log.close()


def at_the_centre(site: WholeSite, seen: Visit, who: str, now_ms: int) -> None:
    """Staff look at all that pages show of the person, and take out what is given out."""
    page = seen.look(f"{at(site)}/sign-in")
    page.fill("#login", "sara")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    for path in ("/people", f"/people/{who}", f"/people/{who}/edit", f"/people/{who}/consents", f"/sites/{site.site}"):
        seen.look(f"{at(site)}{path}")
    assert NAME in seen.bodies[f"{at(site)}/people/{who}"]
    page = seen.look(f"{at(site)}/people")
    for box in ("#header-search", "main [name=q]"):
        page.fill(box, NAME.lower())
        page.press(box, "Enter")
        page.wait_for_url("**?sought=*")
        assert NAME in seen.noted(page).content()
    year = datetime.fromtimestamp(now_ms / 1_000, UTC).year - 1
    with editing(site.books.database, now_ms) as edit:
        kept.publish(edit, kept.draft(edit.connection, Period(year), now_ms))
    seen.look(f"{at(site)}/reports/{year}")
    told = (NAME, EMAIL, BIRTH, REF, who, *NEVER, *secrets(site))
    for form in ("csv", "excel", "xlsx", "pdf"):
        file = seen.context.request.get(f"{at(site)}/reports/{year}/file/{form}")
        assert file.ok, form
        assert within(file.body(), *told, "Senior") == {"Senior"}, form
    sheets = [f"service-sheets/{site.site}/file/{form}" for form in ("pdf", "xlsx", "csv")]
    exports = [f"exports/{kind}" for kind in ("people", "badges", "bookings", "sessions")]
    for path in ("audit/acts.csv", "audit/looks.csv", *sheets, *exports):
        file = seen.context.request.get(f"{at(site)}/{path}")
        assert file.ok, path
        assert within(file.body(), *NEVER, *secrets(site)) == set(), path
        assert path != "exports/people" or within(file.body(), NAME) == {NAME}, "the search finds what is there"
    for kind in ("people", "badges", "bookings"):
        out = asked(site, "GET", f"/api/v1/exports/{kind}?site={site.site}")
        assert out.is_success, out.text
        assert within(out.content, *NEVER, *secrets(site)) == set(), kind


def at_the_site(site: WholeSite, seen: Visit) -> None:
    """Staff look at the live page and the muster list, and type the name where a visit has room for words."""
    url = f"http://127.0.0.1:{site.pages_port}"
    page = seen.look(f"{url}/sign-in")
    page.fill("#name", "Sara")
    page.fill("#code", secrets(site)[-1])
    page.click("main button[type=submit]")
    for path in ("/", "/muster", "/visits"):
        page = seen.look(f"{url}{path}")
    assert NAME in seen.bodies[f"{url}/muster"]
    page = seen.look(f"{url}/enrol")
    page.fill("#name", NAME.lower())
    page.press("#name", "Enter")
    page.wait_for_url("**?sought=*")
    assert NAME in seen.noted(page).inner_text("main")
    page = seen.look(f"{url}/visits")
    page.select_option("#zone", "hall")
    page.select_option("#reason", "other")
    page.fill("[name=text]", f"con {NAME.lower()}")
    page.click("main button[type=submit] >> nth=0")
    site.until(lambda: any(NAME.lower() in f.purpose for f in site.log.facts(VisitBegan)), "the visit in the log")


def lived(site: WholeSite, who: str) -> None:
    """While they are known: where each canary is, and that the search finds what is there."""
    for page in (asked(site, "GET", "/metrics"), httpx.get(f"http://127.0.0.1:{site.pages_port}/metrics", timeout=60)):
        assert "hubout_" in page.text, page.text
        assert within(page.content, NAME, EMAIL, BIRTH, REF, who, *NEVER, *secrets(site)) == set()
    assert EMAIL in asked(site, "GET", f"/api/v1/people/{who}").text
    there = files_with(site.folder, CODE, EMAIL, BIRTH, REF, UID, PASSWORD, NAME)
    assert there[CODE] & AT_REGISTRY, "the search finds what is there"
    assert there.pop(UID) == there.pop(PASSWORD) == set()
    assert "state/log.db-wal" in there[NAME] or "state/log.db" in there[NAME], "what staff typed"
    assert there.pop(NAME) <= TYPED
    assert {name for names in there.values() for name in names} <= AT_REGISTRY
    for one, names in files_with(site.folder, *secrets(site)).items():
        assert {name for name in names if not name.startswith(("secrets/", "keys/"))} == set(), one


def test_a_page_that_keeps_or_tells_somebody_is_found(tmp_path: Path) -> None:
    """The search of browsers, seen to find what a faulty page would leave in each place."""
    canaries = [f"canary-{place}" for place in PLACES]
    with visit(tmp_path) as seen:
        page = seen.context.pages[0]
        body = f"<title>{NAME}</title><a href='/people?q=canary-link'>x</a>"
        page.route("**/*", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto("http://127.0.0.1:9/")
        page.evaluate(FAULTY)
        seen.noted(page)
        assert seen.keeps(*canaries) == set(canaries) - {"canary-link"}
        assert seen.databases == {"canary-database"}
        assert seen.addressed(*canaries) == {"canary-link"}
    left = files_with(tmp_path, NAME, "canary-local")
    assert left[NAME], "what a page is called"
    assert left["canary-local"], "and what it keeps, on the browser's disk"
