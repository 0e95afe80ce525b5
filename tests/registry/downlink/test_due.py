"""What changes by time alone is told when it comes to that, once, and by the time it is given."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from access.clock import DAY_MS, HOUR_MS
from access.records import Pass, PassKind, Person
from registry.app import create_app
from registry.downlink import due
from registry.downlink.sweeping import sweep
from registry.edit import Edit, editing
from registry.people import enrolments, guardians, passes, roles, transfers
from registry.people.people import Profile, Rights, add_person, set_rights
from registry.programmes import programmes
from registry.programmes.cohorts import Cohort
from registry.programmes.cohorts import add as add_cohort
from registry.settings import Settings
from registry.setup import Registry
from tests.support.centres import NINE_MS
from tests.support.feed_reader import FeedReader
from tests.support.served import served

HALL = frozenset({"hall"})
ROME = ZoneInfo("Europe/Rome")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ROME).astimezone(UTC).timestamp() * 1_000)


@pytest.fixture
def matera(registry: Registry) -> Registry:
    registry.add_site("matera", "Matera")
    registry.add_site("cinisello", "Cinisello")
    with editing(registry.database, NINE_MS) as edit:
        due.publish_due(edit, NINE_MS)
    return registry


def told(registry: Registry, site: str = "matera") -> FeedReader:
    reader = FeedReader(site)
    reader.pull(registry, 100)
    return reader


def version(registry: Registry) -> int:
    return max(told(registry, site).replica.version for site in ("matera", "cinisello"))


def anna(edit: Edit, **known: str) -> None:
    add_person(edit, "anna", Profile("Anna", **known))  # type: ignore[arg-type]
    set_rights(edit, "matera", "anna", Rights(HALL))


def person(registry: Registry, site: str = "matera") -> Person:
    return told(registry, site).replica.persons["anna"]


@pytest.mark.parametrize(
    ("birth", "comes_of_age"),
    [
        ("2008-11-24", "2026-11-24T00:00"),
        ("2009-01-01", "2027-01-01T00:00"),
        ("2009-03-29", "2027-03-29T00:00"),
        ("2012-02-29", "2030-03-01T00:00"),
        ("2008-12-31", "2026-12-31T00:00"),
    ],
)
def test_the_flag_of_a_minor_falls_at_the_birthdays_local_midnight(
    matera: Registry, birth: str, comes_of_age: str
) -> None:
    moment = at(comes_of_age)
    with editing(matera.database, NINE_MS) as edit:
        anna(edit, birth_date=birth)
    assert person(matera).minor
    assert sweep(matera.database, moment - 1) == 0
    before = version(matera)
    assert sweep(matera.database, moment) == 1
    assert (person(matera).minor, version(matera)) == (False, before + 1)
    assert sweep(matera.database, moment + DAY_MS) == 0
    assert version(matera) == before + 1


def test_without_a_birth_date_the_flag_that_staff_set_holds(matera: Registry) -> None:
    with editing(matera.database, NINE_MS) as edit:
        add_person(edit, "anna", Profile("Anna", minor=True))
        set_rights(edit, "matera", "anna", Rights(HALL))
    sweep(matera.database, at("2060-01-01T00:00"))
    assert person(matera).minor


def test_an_adult_by_birth_is_none_whatever_the_flag_says(matera: Registry) -> None:
    with editing(matera.database, NINE_MS) as edit:
        add_person(edit, "anna", Profile("Anna", minor=True, birth_date="2000-01-01"))
        set_rights(edit, "matera", "anna", Rights(HALL))
    assert not person(matera).minor


def enrolled(edit: Edit, end: str | None = None, cohort_end: str | None = None, until_ms: int | None = None) -> None:
    zones = {"matera": HALL, "cinisello": HALL}
    programmes.add(edit, "p", programmes.Programme("P", end_date=end, zones=zones))
    add_cohort(edit, "c", "p", "matera", Cohort("C", end_date=cohort_end))
    add_person(edit, "anna", Profile("Anna"))
    enrolments.enrol(edit, "e", enrolments.Wanted("anna", "p", "c", 0, until_ms))


@pytest.mark.parametrize(
    "ends",
    [
        {"end": "2026-11-30"},
        {"cohort_end": "2026-11-30"},
        {"until_ms": at("2026-12-01T00:00")},
        {"end": "2027-11-30", "cohort_end": "2026-11-30"},
    ],
)
def test_who_leaves_by_date_is_forgotten_by_the_site_then(matera: Registry, ends: dict[str, str]) -> None:
    with editing(matera.database, NINE_MS) as edit:
        enrolled(edit, **ends)  # type: ignore[arg-type]
    assert person(matera).valid_until_ms == at("2026-12-01T00:00")
    assert sweep(matera.database, at("2026-12-01T00:00") - 1) == 0
    assert sweep(matera.database, at("2026-12-01T00:00")) == 1
    assert told(matera).replica.persons == {}


def test_a_transfer_that_is_over_leaves_nobody_behind(matera: Registry) -> None:
    with editing(matera.database, NINE_MS) as edit:
        enrolled(edit)
        transfers.add(edit, "t", transfers.Transfer("anna", "matera", "cinisello", NINE_MS, NINE_MS + HOUR_MS))
    assert person(matera, "cinisello").transfer
    assert sweep(matera.database, NINE_MS + HOUR_MS) == 1
    assert told(matera, "cinisello").replica.persons == {}
    assert told(matera).replica.persons.keys() == {"anna"}


def test_a_pass_that_is_over_goes_and_its_guest_with_it(matera: Registry) -> None:
    with editing(matera.database, NINE_MS) as edit:
        add_person(edit, "anna", Profile("Anna"))
        passes.add(edit, "matera", "k", passes.Wanted("anna", HALL, NINE_MS, NINE_MS + HOUR_MS))
    assert told(matera).replica.passes.keys() == {"k"}
    assert sweep(matera.database, NINE_MS + HOUR_MS - 1) == 0
    assert sweep(matera.database, NINE_MS + HOUR_MS) == 1
    replica = told(matera).replica
    assert (replica.passes, replica.persons) == ({}, {})


def test_a_role_without_an_end_stands_once_it_has_begun(matera: Registry) -> None:
    role = roles.Role("anna", "operator", "matera", HALL, NINE_MS + HOUR_MS)
    with editing(matera.database, NINE_MS) as edit:
        add_person(edit, "anna", Profile("Anna"))
        roles.add(edit, "r", role)
    (held,) = told(matera).replica.passes.values()
    assert (held.kind, held.start_ms, held.zones) == (PassKind.ROLE, NINE_MS + HOUR_MS, HALL)
    assert (person(matera).standing, person(matera).staff) == (frozenset(), False)
    assert sweep(matera.database, NINE_MS + HOUR_MS) == 1
    assert told(matera).replica.passes == {}
    assert (person(matera).standing, person(matera).staff) == (HALL, True)


def test_authorisations_follow_one_another(matera: Registry) -> None:
    first = guardians.Authorisation("anna", 0, NINE_MS + HOUR_MS)
    second = guardians.Authorisation("anna", NINE_MS + HOUR_MS, None, HALL)
    with editing(matera.database, NINE_MS) as edit:
        anna(edit, birth_date="2010-01-01")
        guardians.add(edit, "g1", first)
        guardians.add(edit, "g2", second)
    assert (person(matera).guardian_from_ms, person(matera).guardian_until_ms) == (0, NINE_MS + HOUR_MS)
    assert sweep(matera.database, NINE_MS + HOUR_MS) == 1
    now = person(matera)
    assert (now.guardian_from_ms, now.guardian_until_ms, now.guardian_zones) == (NINE_MS + HOUR_MS, None, HALL)


def test_a_clock_that_goes_back_sweeps_nothing(matera: Registry) -> None:
    with editing(matera.database, NINE_MS) as edit:
        anna(edit, birth_date="2008-11-24")
    moment = at("2026-11-24T00:00")
    assert sweep(matera.database, moment) == 1
    assert sweep(matera.database, moment - DAY_MS) == 0
    with editing(matera.database, moment) as edit:
        assert due.publish_due(edit, moment - 1) == 0
        assert due.due(edit.connection, moment) == []


def test_a_written_pass_is_told_as_it_was_written(matera: Registry) -> None:
    wanted = passes.Wanted("anna", HALL, NINE_MS, NINE_MS + DAY_MS, PassKind.GUEST, frozenset({0, 4}), 540, 1_080)
    with editing(matera.database, NINE_MS) as edit:
        add_person(edit, "anna", Profile("Anna"))
        passes.add(edit, "matera", "k", wanted)
    span = (NINE_MS, NINE_MS + DAY_MS)
    made = Pass("k", "anna", HALL, *span, PassKind.GUEST, frozenset({0, 4}), 540, 1_080)
    assert told(matera).replica.passes == {"k": made}
    assert person(matera) == Person("anna", "Anna", frozenset())


def test_a_birthday_reaches_a_gateway_that_asks_for_changes(laid_url: str, tmp_path: Path) -> None:
    clock = [NINE_MS]
    app = create_app(Settings(laid_url, tmp_path / "keys", wall_ms=lambda: clock[0]))
    with Registry(laid_url, tmp_path / "keys", lambda: clock[0]) as registry, served(app) as address:
        files = registry.add_site("matera", "Matera")
        with editing(registry.database, NINE_MS) as edit:
            anna(edit, birth_date="2008-11-24")

        def minors() -> list[bool]:
            headers = {"Authorization": f"Bearer {files.token}"}
            changes = httpx.get(f"{address}/api/v1/gateway/changes", headers=headers).json()["changes"]
            return [change["record"].get("minor", False) for change in changes]

        assert minors() == [True]
        clock[0] += DAY_MS
        assert minors() == [False]
        assert minors() == [False]
