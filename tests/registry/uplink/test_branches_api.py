"""Several histories of one site at a running registry: staff say which is the site's, and all follows that one."""

from typing import Any

import pytest

from access.facts import Entered, Left, Started, VisitBegan, VisitEnded
from tests.support.centres import HOUR_MS, Centre, problem
from tests.support.course import Course
from tests.support.fixed_day import wall_ms
from tests.support.gateway_log import MINUTE_MS, GatewayLog
from tests.support.log_rows import START_MS

NOTE = "the one at the door"


def came(who: str) -> Entered:
    return Entered(who, "front", "hall", "1-1")


def went(who: str) -> Left:
    return Left("front", "hall", "", who)


@pytest.fixture
def log(both: Centre) -> GatewayLog:
    made = GatewayLog(both.database)
    made.write(Started("0.1.0"))
    return made


def confirm(both: Centre, epoch: int, site: str = "matera") -> None:
    answer = both.ask("POST", f"/sites/{site}/confirmed-epoch", {"epoch": epoch, "note": NOTE})
    assert (answer.status_code, answer.json()) == (200, {"epoch": epoch, "note": NOTE})


def branches(both: Centre) -> list[tuple[Any, ...]]:
    items = both.ask("GET", "/sites/matera/branches").json()["items"]
    return [tuple(item[name] for name in ("epoch", "base_epoch", "base_seq", "seq", "confirmed")) for item in items]


def stays(both: Centre) -> list[str]:
    return [item["person"] for item in both.ask("GET", "/sites/matera/stays").json()["items"]]


def test_the_first_branch_is_the_sites_and_staff_confirm_any_other(both: Centre, log: GatewayLog) -> None:
    assert branches(both) == []
    log.link_up()
    copy = log.copied("r2", 0)
    copy.write(Started("x"))
    assert copy.link_up() == 2
    assert branches(both) == [(1, None, 0, 1, True), (2, 1, 0, 3, False)]
    for epoch in (2, 2, 1):
        confirm(both, epoch)
        assert [row[0] for row in branches(both) if row[4]] == [epoch]
    said = both.ask("GET", "/sites/matera/confirmations").json()["items"]
    assert [(one["epoch"], one["note"], bool(one["operator"])) for one in said] == [(n, NOTE, True) for n in (2, 2, 1)]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"epoch": 2, "note": NOTE}, (404, "not-found")),
        ({"epoch": 1, "note": ""}, (422, "invalid")),
        ({"epoch": 1}, (422, "invalid")),
        ({"epoch": -1, "note": NOTE}, (422, "invalid")),
        ({"epoch": "1", "note": NOTE}, (422, "invalid")),
    ],
)
def test_what_names_no_branch_or_gives_no_reason_changes_nothing(
    both: Centre, log: GatewayLog, body: dict[str, Any], found: tuple[int, str]
) -> None:
    log.link_up()
    assert problem(both.ask("POST", "/sites/matera/confirmed-epoch", body)) == found
    assert both.ask("GET", "/sites/matera/confirmations").json()["items"] == []


@pytest.mark.parametrize("path", ["branches", "confirmations"])
def test_a_site_that_is_none_has_no_branches(both: Centre, path: str) -> None:
    assert problem(both.ask("GET", f"/sites/nowhere/{path}")) == (404, "not-found")
    assert problem(both.as_gateway("matera", "GET", f"/../sites/matera/{path}"))[0] == 403


def test_people_and_bookings_go_to_the_confirmed_gateway_alone_and_denials_to_all(
    both: Centre, log: GatewayLog
) -> None:
    assert both.as_gateway("matera", "GET", "/changes?epoch=5").status_code == 200
    log.link_up()
    log.copied("r2", 0).link_up()
    for confirmed, other in ((1, 2), (2, 1)):
        confirm(both, confirmed)
        assert both.as_gateway("matera", "GET", "/changes").status_code == 200
        assert both.as_gateway("matera", "GET", f"/changes?epoch={confirmed}").status_code == 200
        assert problem(both.as_gateway("matera", "GET", f"/changes?epoch={other}")) == (409, "unconfirmed")
        assert both.as_gateway("matera", "GET", f"/lane?epoch={other}&since=1").status_code == 200


def test_hello_over_the_wire_narrows_forks_and_says_who_is_confirmed(both: Centre, log: GatewayLog) -> None:
    def hello(one: GatewayLog, marks: list[int]) -> Any:  # noqa: ANN401 -- an answer's JSON
        head = one.rows[-1].hash.hex()
        said = {"site": "matera", "epoch": one.epoch, "seq": len(one.rows), "head": head, "run": one.run}
        told = {
            "software": "0.1.0",
            "acked": one.acked,
            "marks": [[seq, one.rows[seq - 1].hash.hex()] for seq in marks],
        }
        return both.as_gateway("matera", "POST", "/hello", said | told)

    log.write(*(Started(str(number)) for number in range(19)))
    log.link_up()
    copy = log.copied("r2", 10)
    copy.write(*(Started("x") for _ in range(10)))
    first = hello(copy, [2])
    assert problem(first) == (409, "narrow")
    assert (first.json()["after"], first.json()["before"]) == (2, 20)
    last = hello(copy, [10, 11])
    assert problem(last) == (409, "fork")
    assert [last.json()[name] for name in ("epoch", "base_epoch", "base_seq")] == [2, 1, 10]
    log.acked = 30
    log.write(*(Started("y") for _ in range(11)))
    said = hello(log, [20]).json()
    assert (said["answer"], said["resume"], said["confirmed"]) == ("rewind", 20, True)
    turned = hello(copy.copied("r3", 5), [4])
    turned = hello(copy.copied("r3", 5), [4])
    assert (problem(turned), turned.headers["retry-after"]) == ((429, "too-many"), "60")


@pytest.mark.parametrize("marks", [[[1, "00"]], [[2, "00" * 32], [1, "00" * 32]], [[9, "00" * 32]], [[1]], [1], "x"])
def test_marks_that_are_none_are_refused(both: Centre, marks: object) -> None:
    said = {"site": "matera", "epoch": 1, "seq": 5, "head": "00" * 32, "run": "r", "software": "", "marks": marks}
    assert problem(both.as_gateway("matera", "POST", "/hello", said)) == (422, "invalid")


def test_stays_and_visits_are_those_of_the_confirmed_history(both: Centre, log: GatewayLog) -> None:
    log.write(came("anna"), VisitBegan("v1", "hall", "paola", "Informazioni"), VisitBegan("v2", "hall", "paola"))
    base = len(log.rows)
    log.write(went("anna"), came("bruno"), went("bruno"), VisitEnded("v1", "paola"))
    log.link_up()
    copy = log.copied("r2", base)
    copy.write(went("anna"), came("carla"), went("carla"), VisitEnded("v2", "dario"))
    copy.link_up()

    def visits() -> list[tuple[str, str]]:
        items = both.ask("GET", "/sites/matera/visits").json()["items"]
        return sorted((one["id"], one["ended_by"]) for one in items)

    assert (stays(both), visits()) == (["anna", "bruno"], [("v1", "paola"), ("v2", "")])
    confirm(both, 2)
    assert (stays(both), visits()) == (["anna", "carla"], [("v1", ""), ("v2", "dario")])
    log.write(VisitEnded("v2", "paola"))
    log.link_up()
    assert visits() == [("v1", ""), ("v2", "dario")]
    confirm(both, 1)
    assert (stays(both), visits()) == (["anna", "bruno"], [("v1", "paola"), ("v2", "paola")])


def test_training_follows_the_confirmed_history_and_what_it_told_before_takes_effect(
    both: Centre, log: GatewayLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.uplink.catching_up.AT_ONCE", 2)
    course = Course(both)
    module = {"name": "Sicurezza", "due_ms": course.at(30), "required_minutes": 60}
    ident = both.made("/programmes/senior/modules", module)["id"]
    course.session(1, 3, module=ident)
    log.link_up()
    copy = log.copied("r2")
    log.write(Started("goes on"))
    log.link_up()
    copy.write(Started("x"), Started("x"), came(course.anna), at_ms=course.at(1))
    copy.write(went(course.anna), at_ms=course.at(3))
    copy.link_up()

    def overdue() -> list[int | None]:
        told = both.feed("matera")
        return [told["person", who].get("training_due_ms") for who in (course.anna, course.bruno)]

    assert overdue() == [course.at(30), course.at(30)]
    confirm(both, 2)
    assert overdue() == [None, course.at(30)]
    applied = {item["epoch"]: item["applied"] for item in both.ask("GET", "/sites/matera/branches").json()["items"]}
    assert applied == {1: 2, 2: len(copy.rows)}
    confirm(both, 1)
    assert overdue() == [course.at(30), course.at(30)]


def test_who_is_elsewhere_follows_the_confirmed_history(both: Centre, log: GatewayLog) -> None:
    begins_ms = wall_ms() - 6 * HOUR_MS
    other = GatewayLog(both.database, "cinisello")
    other.write(came("anna"), at_ms=begins_ms)
    other.link_up()
    log.link_up()
    copy = log.copied("r2", 0)
    copy.write(came("anna"), at_ms=begins_ms + 2 * HOUR_MS)
    copy.link_up()
    gone = {"id": "anna", "site": "matera", "at_ms": begins_ms + 2 * HOUR_MS}
    assert ("elsewhere", "anna") not in both.feed("cinisello")
    confirm(both, 2)
    assert both.feed("cinisello")["elsewhere", "anna"] == gone
    confirm(both, 1)
    assert both.feed("cinisello").get(("elsewhere", "anna")) is None


def test_rows_of_a_branch_that_is_behind_wait_for_those_before_them(
    both: Centre, log: GatewayLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.link_up()
    copy = log.copied("r2", 0)
    copy.write(*(Started("x") for _ in range(9)))
    copy.link_up()
    monkeypatch.setattr("registry.uplink.catching_up.AT_ONCE", 3)
    monkeypatch.setattr("registry.uplink.catching_up.MOST_STEPS", 1)
    monkeypatch.setattr("registry.downlink.applied.SWEEP_EVERY_MS", 0)
    confirm(both, 2)
    copy.write(came("anna"))
    copy.link_up(START_MS + MINUTE_MS)

    def applied() -> int:
        items = both.ask("GET", "/sites/matera/branches").json()["items"]
        found: int = next(item["applied"] for item in items if item["epoch"] == 2)
        return found

    steps = [applied()]
    while steps[-1] < len(copy.rows):
        both.as_gateway("matera", "GET", "/changes")
        steps.append(applied())
    assert steps == [3, 6, 9, 12]
