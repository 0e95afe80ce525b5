"""A badge is given at the site's own pages, in the name of whoever stands there: the registry and the pages are real,
and of the gateway what it tells of cards. With the registry away the pages say what to do instead.
"""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from access.codec import record_from_json
from access.events import DenyAsked
from access.records import Badge, Record
from gateway.pages import enrol_view
from gateway.showing.snapshot import Links, RegistryStanding
from registry.tables.accounts import act
from registry.tables.tokens import api_token
from tests.support.called import CARD, OTHER_CARD, PHONE, card_body
from tests.support.centres import Centre
from tests.support.faces import PASSWORD
from tests.support.link_files import link_with
from tests.support.live_pages import CODE, Pages, wait_until
from tests.support.live_site import NINE_MS, fresh, replica, seen
from tests.support.site_counter import SITE, Counter, beside_registry, counter

Beside = tuple[Centre, Pages, str]
OFFLINE = Links(broker_online=True, registry=RegistryStanding(online=False, confirmed_ms=NINE_MS))


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    with beside_registry(tmp_path_factory.mktemp("beside")) as made:
        yield made


@pytest.fixture
def desk(beside: Beside) -> Iterator[Counter]:
    """Zeno at the counter, where nobody has a badge yet."""
    centre, _, anna = beside
    for one in centre.ask("GET", "/badge-calls").json()["items"]:
        if one["state"] in {"waiting", "read"}:
            centre.ask("POST", f"/badge-calls/{one['id']}/cancel")
    for one in centre.ask("GET", f"/people/{anna}/badges").json()["items"]:
        centre.ask("DELETE", f"/badges/{one['id']}")
    with counter(*beside) as made:
        made.synced()
        yield made


def badges(desk: Counter) -> dict[str, bool]:
    return {one["id"]: one["revoked"] for one in desk.centre.ask("GET", f"/people/{desk.anna}/badges").json()["items"]}


def shown(desk: Counter, call: str, uid: str, badge: str = "", **said: object) -> str:
    """The card is shown, as the gateway tells it; the page then."""
    desk.centre.as_gateway(SITE, "POST", f"/calls/{call}/card", card_body(desk.centre, uid, SITE, badge, **said))
    return desk.look(f"/enrol/calls/{call}")


def test_a_badge_is_enrolled_in_the_name_of_whoever_stands_there_and_tested(desk: Counter) -> None:
    assert f'href="/enrol/people/{desk.anna}"' in desk.look("/enrol?name=ross")
    assert "No badge that the site knows." in desk.look(f"/enrol/people/{desk.anna}")
    assert 'name="reader"' in desk.followed(f"/enrol/people/{desk.anna}/who", password=PASSWORD, what="new")
    call = desk.called()
    assert "Telling the reader front-in" in desk.look(f"/enrol/calls/{call}")
    desk.centre.as_gateway(SITE, "POST", f"/calls/{call}/heard", {})
    waiting = desk.look(f"/enrol/calls/{call}")
    assert "Now present the badge at the reader front-in (door Ingresso)." in waiting
    assert '<meta http-equiv="refresh"' in waiting
    assert "Confirm that it is Anna Rossi's." in shown(desk, call, CARD)
    assert "Badge enrolled for Anna Rossi" in desk.followed(f"/enrol/calls/{call}/confirm", long="yes")
    (made,) = badges(desk)
    assert desk.centre.feed(SITE)["badge", made]["long_pulse"]
    desk.synced()
    test = desk.sent(f"/enrol/calls/{call}/again")[1].rpartition("/")[2]
    passed = shown(desk, test, CARD, made, opens=[{"door": "front", "granted": False, "reason": "no-booking"}])
    assert "Test passed: it is Anna Rossi's badge" in passed
    assert "Ingresso</td>" in passed
    with desk.centre.database.read() as connection:
        authors = connection.execute(
            select(act.c.author).where(act.c.kind == "api-badges").order_by(act.c.at_ms.desc())
        )
        zeno = connection.execute(select(api_token.c.account).where(api_token.c.sites == SITE)).scalars().first()
    assert zeno
    assert set(authors.scalars().all()[:3]) == {zeno}


def test_a_lost_badge_is_barred_here_and_replaced(desk: Counter) -> None:
    lost = desk.centre.registry.enrol(desk.anna, CARD)
    desk.synced()
    assert f"/enrol/badges/{lost}/lost" in desk.look(f"/enrol/people/{desk.anna}")
    desk.look(f"/enrol/badges/{lost}/lost")
    missing = desk.sent(f"/enrol/badges/{lost}/lost", why=" ")
    assert (missing[0], 'aria-invalid="true"' in missing[1]) == (422, True)
    person = desk.followed(f"/enrol/badges/{lost}/lost", why="lost on 3 March")
    desk.pages.gateway.expect(DenyAsked(lost, "Zeno (zeno)", "lost on 3 March"))
    assert "Barring asked for" in person
    what = f"replace:{lost}"
    assert f'name="what" value="{what}"' in person
    asked = desk.followed(f"/enrol/people/{desk.anna}/who", password=PASSWORD, what=what)
    assert f'value="{what}" selected' in asked
    call = desk.called(f"replace:{lost}")
    assert "the very badge that is to be replaced" in shown(desk, call, CARD)
    again = desk.sent(f"/enrol/calls/{call}/again")[1].rpartition("/")[2]
    shown(desk, again, OTHER_CARD)
    assert "the old one is revoked" in desk.followed(f"/enrol/calls/{again}/confirm")
    assert sorted(badges(desk).values()) == [False, True]


def test_what_a_reader_shows_that_is_no_new_badge_is_told_with_whose_it_is(desk: Counter) -> None:
    bruno = desk.centre.admit(SITE, "Bruno")
    held = desk.centre.registry.enrol(bruno, CARD)
    desk.synced()
    desk.known()
    first = desk.called()
    assert "it is Bruno's. Use another one" in shown(desk, first, CARD)
    phone = desk.sent(f"/enrol/calls/{first}/again")[1].rpartition("/")[2]
    assert "This is a phone" in shown(desk, phone, PHONE)
    taken = desk.called()
    desk.look(f"/enrol/people/{desk.anna}")
    busy = desk.sent(f"/enrol/people/{desk.anna}", what="new", reader="front-in")
    assert (busy[0], "waits for another badge" in busy[1]) == (422, True)
    none = desk.sent(f"/enrol/people/{desk.anna}", what="new", reader="nowhere")
    assert (none[0], "Choose a reader of the list" in none[1]) == (422, True)
    assert "new" in desk.followed(f"/enrol/calls/{taken}/cancel")
    assert "cancelled" in desk.look(f"/enrol/calls/{taken}")
    desk.centre.ask("DELETE", f"/badges/{held}")


def test_who_stands_there_is_asked_for_and_wrong_guesses_give_nothing(desk: Counter) -> None:
    path = f"/enrol/people/{desk.anna}"
    assert 'type="password"' in desk.look(path)
    for password, sentence in (("", "write it again"), ("a guess", "write it again")):
        status, page = desk.sent(f"{path}/who", password=password, what="new")
        assert (status in {403, 422}, sentence in page, 'name="reader"' in page) == (True, True, False)
    assert desk.sent(path, what="new", reader="front-in")[0] == 503
    assert desk.staff.get("/enrol/calls/nothing").status_code == 503
    assert desk.staff.get("/enrol/calls/nothing/events").status_code == 401
    assert desk.centre.ask("GET", "/badge-calls").json()["items"][-1]["state"] != "waiting"


def test_the_sites_code_gives_no_badge_but_bars_one(beside: Beside, desk: Counter) -> None:
    lost = desk.centre.registry.enrol(desk.anna, CARD)
    desk.synced()
    with counter(*beside, name="Paola", code=CODE) as paola:
        page = paola.look(f"/enrol/people/{paola.anna}")
        assert ("signed in with the site's code" in page, 'type="password"' in page) == (True, False)
        paola.look(f"/enrol/badges/{lost}/lost")
        assert paola.sent(f"/enrol/people/{paola.anna}/who", password=PASSWORD)[0] == 303
        assert paola.sent(f"/enrol/people/{paola.anna}", what="new", reader="front-in")[0] == 503
        paola.followed(f"/enrol/badges/{lost}/lost", why="stolen")
        paola.pages.gateway.expect(DenyAsked(lost, "Paola", "stolen"))


def test_with_the_registry_away_the_page_says_why_and_what_to_do_and_a_badge_is_barred(desk: Counter) -> None:
    lost = desk.centre.registry.enrol(desk.anna, CARD)
    desk.synced()
    state = fresh(held=replica())
    desk.pages.gateway.publish(seen(state, links=OFFLINE))
    wait_until(lambda: "The registry does not answer" in desk.look("/enrol"), "the pages hear of it")
    page = desk.look(f"/enrol/people/{desk.anna}")
    assert 'href="/walk-in"' in page
    assert f"/enrol/badges/{lost}/lost" in page
    assert 'name="reader"' not in page
    desk.look(f"/enrol/badges/{lost}/lost")
    desk.followed(f"/enrol/badges/{lost}/lost", why="lost")
    desk.pages.gateway.expect(DenyAsked(lost, "Zeno (zeno)", "lost"))
    desk.pages.gateway.publish(seen(fresh()))
    wait_until(lambda: "does not answer" not in desk.look("/enrol"), "it is back")


def test_strangers_other_forms_and_other_sites_calls_are_shown_nothing(beside: Beside, desk: Counter) -> None:
    _, pages, anna = beside
    for path in ("/enrol", f"/enrol/people/{anna}", "/enrol/calls/x", "/enrol/badges/x/lost"):
        assert httpx.get(f"{pages.url}{path}").headers["location"] == "/sign-in"
    assert desk.staff.post(f"/enrol/people/{anna}", data={"what": "new", "reader": "front-in"}).status_code == 403
    assert desk.staff.post(f"/enrol/people/{anna}/who", data={"password": PASSWORD}).status_code == 403
    assert desk.staff.get("/enrol/people/nobody").status_code == 404
    assert desk.staff.get("/enrol/badges/none/lost").status_code == 404
    desk.known()
    assert desk.staff.get("/enrol/calls/nothing").status_code == 404
    call = desk.called()
    assert desk.staff.get(f"/enrol/calls/{call}").status_code == 200
    for other in (f"{call}%3Fx=1", f"{call}%23x"):
        assert desk.staff.get(f"/enrol/calls/{other}").status_code == 404, "which is no call of that name"


def test_of_all_badges_that_a_site_knows_the_one_that_is_asked_for_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [Badge(f"b{n}", "p1", (bytes([n]) * 32,)) for n in range(9)]
    path, read = link_with(tmp_path, *held), list[str]()

    def reading(kind: str, text: str) -> Record:
        read.append(text)
        return record_from_json(kind, text)

    monkeypatch.setattr(enrol_view, "record_from_json", reading)
    assert enrol_view.badge_of(path, "b4") == held[4]
    assert enrol_view.badge_of(path, "none") is None
    assert len(read) == 1
