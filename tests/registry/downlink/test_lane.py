"""The lane of revocations: who has lost something since a version, at once, whatever else is going on (D9, S10)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic
from typing import Any

from access.fingerprint import EMPTY, fingerprint, moved
from registry.downlink import lane
from registry.edit import editing
from registry.people import passes, people
from tests.support import fixed_day
from tests.support.centres import HOUR_MS, Centre, problem
from tests.support.parts import wait_until

UID = "04A1B2C3D4E580"


def look(both: Centre, site: str = "matera", since: int = 1, generation: str | None = None, **more: int) -> Any:  # noqa: ANN401
    """What the lane says to a gateway that holds this."""
    now = both.as_gateway(site, "GET", "/lane").json()["generation"]
    query = {"generation": now if generation is None else generation, "since": since, "epoch": 1, **more}
    answer = both.as_gateway(site, "GET", "/lane?" + "&".join(f"{key}={value}" for key, value in query.items()))
    assert answer.status_code == 200, answer.text
    return answer.json()


def denied(both: Centre, since: int, site: str = "matera") -> list[tuple[str, str]]:
    return [(what, ident) for what, ident, _ in look(both, site, since)["denials"]]


def test_it_says_where_the_feed_ends_and_nothing_of_who_gained_something(both: Centre) -> None:
    person = both.admit("matera")
    badge = both.registry.enrol(person, UID)
    feed = both.as_gateway("matera", "GET", "/changes?limit=2000").json()
    said = look(both)
    assert (said["generation"], said["version"]) == (feed["generation"], feed["version"])
    assert (said["denials"], said["more"]) == ([], False)
    both.ask("PUT", f"/people/{person}", {"name": "Bianca"}, If_Match="*")
    both.registry.enrol(person, "04B1B2C3D4E580")
    assert denied(both, 1) == []
    assert badge in {ident for _, ident in both.feed("matera")}


def test_a_revoked_badge_is_denied_at_every_site_under_its_version(both: Centre) -> None:
    person = both.admit("matera")
    both.ask("PUT", f"/sites/cinisello/rights/{person}", {"zones": ["hall"]})
    badge = both.registry.enrol(person, UID)
    before = {site: look(both, site)["version"] for site in ("matera", "cinisello")}
    both.ask("POST", f"/badges/{badge}/revoke")
    for site, since in before.items():
        said = look(both, site, since)
        assert said["denials"] == [["badge", badge, said["version"]]]
        assert said["version"] > since
        assert denied(both, said["version"], site) == []


def test_whatever_takes_something_away_is_denied(both: Centre) -> None:
    person = both.admit("matera")
    badge = both.registry.enrol(person, UID)
    booking = both.made("/sites/matera/bookings", booked(person))["id"]
    edits: list[tuple[tuple[str, str], tuple[Any, ...]]] = [
        (("badge", badge), ("PUT", f"/badges/{badge}", {"valid_until_ms": 2**47})),
        (("person", person), ("PUT", f"/people/{person}", {"name": "Anna", "suspended": True})),
        (("booking", booking), ("DELETE", f"/sites/matera/bookings/{booking}")),
        (("badge", badge), ("DELETE", f"/badges/{badge}")),
        (("person", person), ("DELETE", f"/sites/matera/rights/{person}")),
    ]
    for key, (method, path, *body) in edits:
        since = look(both)["version"]
        match = {"If_Match": "*"} if method == "PUT" else {}
        answer = both.ask(method, path, *body, **match)
        assert answer.status_code < 300, (path, answer.text)
        assert key in denied(both, since), path


def booked(person: str) -> dict[str, Any]:
    start_ms = fixed_day.wall_ms() + HOUR_MS
    return {"resource": "d1", "person": person, "start_ms": start_ms, "end_ms": start_ms + HOUR_MS}


def test_a_denial_stays_where_something_is_given_later_and_goes_with_no_other_change(both: Centre) -> None:
    """A gateway that was away must hear of it, though the record has moved on."""
    person = both.admit("matera")
    since = look(both)["version"]
    both.ask("PUT", f"/people/{person}", {"name": "Anna", "suspended": True}, If_Match="*")
    at = look(both)["version"]
    both.ask("PUT", f"/people/{person}", {"name": "Anna"}, If_Match="*")
    assert look(both, since=since)["denials"] == [["person", person, at]]
    assert look(both)["version"] > at
    assert denied(both, at) == []


def test_a_gateway_that_holds_nothing_is_denied_nothing_and_one_of_another_history_everything(both: Centre) -> None:
    badge = both.registry.enrol(both.admit("matera"), UID)
    both.registry.revoke(badge)
    assert look(both, since=0)["denials"] == []
    assert [ident for _, ident, _ in look(both, since=10**6, generation="another")["denials"]] == [badge]


def test_many_denials_come_in_turn(both: Centre) -> None:
    with editing(both.registry.database, 0) as edit:
        for number in range(lane.MOST_DENIALS + 7):
            people.add_person(edit, f"p{number}", people.Profile(f"Persona {number}"))
            people.set_rights(edit, "matera", f"p{number}", people.Rights(frozenset({"hall"})))
    since = look(both)["version"]
    with editing(both.registry.database, 0) as edit:
        for number in range(lane.MOST_DENIALS + 7):
            people.drop_rights(edit, "matera", f"p{number}")
    first = look(both, since=since)
    assert (len(first["denials"]), first["more"]) == (lane.MOST_DENIALS, True)
    rest = look(both, since=since, after=first["denials"][-1][2])
    assert (len(rest["denials"]), rest["more"]) == (7, False)
    assert not {ident for _, ident, _ in first["denials"]} & {ident for _, ident, _ in rest["denials"]}


def test_the_digest_is_that_of_what_a_snapshot_gives(both: Centre) -> None:
    assert look(both)["digest"] == EMPTY
    person = both.admit("matera", "Zoë Ferri")
    badge = both.registry.enrol(person, UID)
    both.registry.revoke(badge)
    both.ask("PUT", f"/people/{person}", {"name": "Zoë"}, If_Match="*")
    prints = [fingerprint(kind, ident, record) for (kind, ident), record in both.feed("matera").items()]
    assert look(both)["digest"] == moved(EMPTY, [], prints)
    page = both.as_gateway("matera", "GET", "/changes?limit=1").json()
    assert (page["more"], page["digest"]) == (True, None)
    assert both.as_gateway("matera", "GET", "/changes?limit=2000").json()["digest"] == look(both)["digest"]
    both.ask("DELETE", f"/sites/matera/rights/{person}")
    assert look(both)["digest"] == EMPTY


def test_it_waits_neither_for_an_edit_nor_for_the_readers_of_others(both: Centre) -> None:
    """Every connection of the registry's own is held, and the feed's lock too."""
    since, over = look(both)["version"], Event()
    begun = [Event() for _ in range(20)]

    def read_on(held: Event) -> None:
        with both.database.read():
            held.set()
            over.wait(60)

    with ThreadPoolExecutor(20) as pool, editing(both.database, 0):
        for held in begun:
            pool.submit(read_on, held)
        wait_until(lambda: sum(held.is_set() for held in begun) >= 8, "readers", 10)
        began_s = monotonic()
        for _ in range(5):
            assert look(both, since=since)["version"] == since
        took_s = monotonic() - began_s
        over.set()
    assert took_s < 5


def test_what_is_due_is_told_though_nobody_asks_for_changes(both: Centre) -> None:
    """Time alone ended a pass: the lane itself sees to it that sites hear."""
    now_ms, hall = fixed_day.wall_ms(), frozenset({"hall"})
    with editing(both.registry.database, now_ms) as edit:
        people.add_person(edit, "guest", people.Profile("Anna"))
        passes.add(edit, "matera", "k", passes.Wanted("guest", hall, now_ms, now_ms + 1_500))
    since = look(both)["version"]
    wait_until(lambda: denied(both, since) == [("person", "guest")], "the end of the guest's pass", 20)


def test_only_a_gateway_may_look_and_only_at_its_own_site(both: Centre) -> None:
    assert problem(both.ask("GET", "/gateway/lane")) == (403, "not-yours")
    assert both.http.get("/api/v1/gateway/lane").status_code == 401
    badge = both.registry.enrol(both.admit("matera"), UID)
    since = look(both, "cinisello")["version"]
    both.registry.revoke(badge)
    assert denied(both, since, "cinisello") == []
    assert problem(both.as_gateway("matera", "GET", "/lane?since=-1"))[0] == 422
