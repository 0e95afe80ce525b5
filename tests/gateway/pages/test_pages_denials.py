"""Staff bar a badge from the pages: of a tap just seen, or all of somebody present; and what is shown then (D9)."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from access.denials import Denial, Origin
from access.events import DenyAsked
from access.facts import Denied, RevocationsRead
from access.reasons import Reason
from access.records import Badge
from access.replica import Put, apply
from access.state import SiteState
from gateway.pages.alarms import BARRED_SHOWN, alarms
from gateway.pages.asked import BadAsk, parse
from gateway.pages.happened import Recent
from gateway.pages.shape import Snapshot
from gateway.pages.view import Telling
from pages.languages import load
from pages.look import SHARED_WORDS
from tests.support.asks import MAY
from tests.support.live_day import PEOPLE, busy, busy_state, tapped
from tests.support.live_pages import Pages, csrf_of, showing
from tests.support.live_site import seen

WORDS = load([SHARED_WORDS, ("gateway", "pages/words")])
FIELDS = {"reason": "lost", "text": ""}


def with_tap() -> Snapshot:
    picture = busy()
    line = picture["happened"][0]
    line["who"], line["what"], line["reason"], line["badge"] = "Yuki Tanaka", "tap", "no-booking", "b14"
    return picture


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with showing(tmp_path_factory.mktemp("pages"), with_tap()) as made:
        yield made


def token(client: httpx.Client) -> str:
    return csrf_of(client, "/badges/b14/deny")


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/badges/b14/deny", DenyAsked("b14", "Paola", "Badge smarrito")),
        ("/people/p2/deny", DenyAsked("", "Paola", "Badge smarrito", "p2")),
    ],
)
def test_a_badge_is_barred_with_a_name_and_a_reason(
    staff: httpx.Client, pages: Pages, path: str, asked: DenyAsked
) -> None:
    assert f'href="{path}"' in staff.get("/badges").text
    assert staff.post(path, data={**FIELDS, "csrf": token(staff)}).status_code == 303
    pages.gateway.expect(asked)
    assert "Chiesto il blocco" in staff.get("/").text


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/badges/b14/deny", {"reason": ""}, 422),
        ("/people/p2/deny", {"reason": "other"}, 422),
        ("/badges/nobody/deny", {}, 303),
        ("/people/p99/deny", {}, 303),
        ("/badges/b14/deny", {"csrf": "0" * 64}, 403),
    ],
)
def test_without_a_reason_or_for_nobody_known_nothing_is_asked(
    staff: httpx.Client, pages: Pages, path: str, fields: dict[str, str], status: int
) -> None:
    before = list(pages.gateway.asked)
    assert staff.post(path, data={**FIELDS, "csrf": token(staff), **fields}).status_code == status
    assert pages.gateway.asked == before


def test_a_stranger_bars_nobody(pages: Pages) -> None:
    before = list(pages.gateway.asked)
    assert httpx.get(f"{pages.url}/badges").status_code == 303
    for path in ("/badges/b14/deny", "/people/p2/deny"):
        for answer in (httpx.get(pages.url + path), httpx.post(pages.url + path, data=FIELDS)):
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert pages.gateway.asked == before


@pytest.mark.parametrize("named", [{}, {"badge": "b1", "person": "p1"}])
def test_an_ask_names_a_badge_or_a_person(named: dict[str, str]) -> None:
    asked = {"id": "1", "at_ms": 0, "do": "deny", "author": "Paola", "note": "x", **named}
    with pytest.raises(BadAsk, match="and not both"):
        parse(str(asked).replace("'", '"').encode(), MAY, 0, "v1")


def barring(*denials: Denial) -> SiteState:
    """The busy day; everybody has a badge, and these are barred."""
    state = busy_state()
    badges = [Badge(f"b{n}", f"p{n}", (bytes([n]) * 32,)) for n in range(1, len(PEOPLE) + 1)]
    held = apply(state.replica, state.replica.generation, state.replica.version, map(Put, badges))
    return replace(state, replica=held, denials={one.key: one for one in denials})


def denial(badge: str, origin: Origin) -> Denial:
    return Denial("badge", badge, origin, "g", 1)


def test_a_tap_can_be_barred_until_it_is() -> None:
    recent = Recent()
    recent.take_fact(replace(tapped("p8", Reason.NO_BOOKING), badge="b8"), 1)
    recent.take_fact(replace(tapped("", Reason.UNKNOWN_BADGE), badge=""), 2)
    recent.take_fact(replace(tapped("p9", Reason.NO_BOOKING), badge="gone"), 3)
    picture = seen(barring(), recent)
    assert [line["badge"] for line in picture["happened"]] == ["", "", "b8"]
    picture = seen(barring(denial("b8", Origin.STAFF)), recent)
    assert [line["badge"] for line in picture["happened"]] == ["", "", ""]


def test_who_is_barred_stands_above_the_page_until_the_registry_says_so_itself() -> None:
    state = barring(denial("b1", Origin.STAFF), denial("b2", Origin.LANE), denial("b3", Origin.RESTORED))
    picture = seen(state)
    assert [(one["name"], one["origin"]) for one in picture["barred"]] == [
        ("Aurora Ferri", "staff"),
        ("Chiara Lops", "restored"),
    ]
    assert {one["id"] for one in picture["people"] if one["barred"]} == {"p1", "p2", "p3"}
    told = [sentence for _, sentence in alarms(Telling(picture, WORDS["en"]))]
    assert "The badge of Aurora Ferri is barred here until the registry has revoked it." in told


def test_of_many_the_first_few_are_named_and_the_rest_counted() -> None:
    state = barring(*(denial(f"b{n}", Origin.USB) for n in range(1, BARRED_SHOWN + 3)))
    told = [sentence for _, sentence in alarms(Telling(seen(state), WORDS["en"])) if "barred" in sentence]
    assert len(told) == BARRED_SHOWN + 1
    assert told[-1] == "2 more badges are barred here."


def test_what_staff_barred_is_among_what_happened_and_what_the_lane_says_is_not() -> None:
    recent = Recent()
    for origin, author in ((Origin.STAFF, "Paola"), (Origin.LANE, ""), (Origin.RESTORED, "")):
        recent.take_fact(Denied("badge", "b1", str(origin), "g", 1, author, "Badge smarrito" if author else ""), 1)
    recent.take_fact(RevocationsRead("g", 4, 2, "Sara"), 2)
    lines = [(line["what"], line["who"], line["note"]) for line in seen(barring(), recent)["happened"]]
    assert lines == [
        ("revocations-read", "Sara", "2"),
        ("denied-restored", "", "Aurora Ferri"),
        ("denied-staff", "Paola", "Aurora Ferri, Badge smarrito"),
    ]
