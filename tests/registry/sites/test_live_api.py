"""Who is where, as operators see it; names are resolved here alone."""

from access.facts import (
    BatteryLow,
    Counted,
    DayClosed,
    DeskMoved,
    DeviceMoved,
    DoorMoved,
    Entered,
    Fact,
    KeeperChanged,
    Left,
    ReplicaApplied,
    Started,
)
from tests.support.centres import Centre
from tests.support.log_rows import START_MS, rows_of, sent
from tests.support.twigs import twig


def tell(both: Centre, site: str, *facts: Fact, epoch: int = 1) -> None:
    answer = both.as_gateway(site, "POST", "/events", sent(rows_of(*facts, site=site, epoch=epoch), site, epoch))
    assert answer.status_code == 200, answer.text


def test_a_site_that_never_spoke_has_nobody_as_of_never(both: Centre) -> None:
    said = both.ask("GET", "/sites/matera/occupancy").json()
    assert (said["total"], said["as_of_ms"], said["stays"]) == (0, None, [])
    assert both.ask("GET", "/occupancy").json() == {"items": [], "total": 0}
    assert both.ask("GET", "/overview").json() == {"items": []}


def test_people_are_named_and_counted_at_each_site_and_in_all(both: Centre) -> None:
    anna = both.admit("matera", "Anna")
    tell(both, "matera", Entered(anna, "front", "hall", "1-1"), Entered("gone", "front", "lab", "1-2", True))
    tell(both, "cinisello", Entered("bruno", "front", "hall", "1-1"), Left("front", "hall", ""))
    said = both.ask("GET", "/sites/matera/occupancy").json()
    assert said["stays"] == [
        {"person": anna, "name": "Anna", "zone": "hall", "since_ms": START_MS + 1_000, "estimated": False},
        {"person": "gone", "name": "", "zone": "lab", "since_ms": START_MS + 2_000, "estimated": True},
    ]
    assert said["zones"] == [
        {"zone": "hall", "headcount": 1, "estimated": False},
        {"zone": "lab", "headcount": 1, "estimated": True},
    ]
    assert (said["total"], said["estimated"], said["as_of_ms"]) == (2, True, START_MS + 2_000)
    everywhere = both.ask("GET", "/occupancy").json()
    assert [(item["site"], item["total"]) for item in everywhere["items"]] == [("cinisello", 0), ("matera", 2)]
    assert everywhere["total"] == 2


def test_a_closed_day_empties_a_site(both: Centre) -> None:
    tell(both, "matera", Entered("anna", "front", "hall", "1-1"), DayClosed(("anna",)))
    assert both.ask("GET", "/sites/matera/occupancy").json()["total"] == 0


def test_only_the_branch_that_staff_confirmed_counts(both: Centre) -> None:
    tell(both, "matera", Entered("anna", "front", "hall", "1-1"))
    other = twig(both.registry.database, "matera", "other")
    tell(
        both, "matera", Entered("bruno", "front", "hall", "2-1"), Entered("carla", "front", "hall", "2-2"), epoch=other
    )
    for epoch, present in ((None, ["anna"]), (other, ["bruno", "carla"]), (1, ["anna"])):
        if epoch is not None:
            both.ask("POST", "/sites/matera/confirmed-epoch", {"epoch": epoch, "note": "the one at the door"})
        stays = both.ask("GET", "/sites/matera/occupancy").json()["stays"]
        assert [stay["person"] for stay in stays] == present
        assert both.ask("GET", "/occupancy").json()["total"] == len(present)


def test_the_overview_shows_desks_doors_devices_and_how_far_a_site_has_come(both: Centre) -> None:
    tell(
        both,
        "matera",
        Started("0.1.0"),
        KeeperChanged(True, "k"),
        DoorMoved("front", True, "grant"),
        DeskMoved("d1", "occupied"),
        DeviceMoved("r1", "online"),
        DeviceMoved("r1", "silent"),
        BatteryLow("s1", 5),
        Counted("c1", "hall", 1, 0),
        ReplicaApplied("g1", 42),
    )
    (said,) = both.ask("GET", "/overview").json()["items"]
    assert (said["site"], said["epoch"], said["seq"], said["poisoned"]) == ("matera", 1, 9, 0)
    assert said["replica"] == {"generation": "g1", "version": 42}
    assert (said["keeper"], said["lockdown"], said["fire"]) == (True, False, False)
    assert said["doors"] == [{"id": "front", "state": "open", "since_ms": START_MS + 3_000}]
    assert said["desks"] == [{"id": "d1", "state": "occupied", "since_ms": START_MS + 4_000}]
    assert said["devices"] == [{"id": "r1", "state": "silent", "since_ms": START_MS + 6_000}]


def test_the_projections_are_those_of_a_registry_that_just_started(both: Centre) -> None:
    tell(both, "matera", Entered("anna", "front", "hall", "1-1"))
    before = both.registry.standing("matera")
    again = type(both.registry)(both.url, both.registry.keys.folder)
    try:
        assert again.standing("matera") == before
        assert again.standings() == [before]
    finally:
        again.close()
