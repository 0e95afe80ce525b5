"""What somebody may follows from their rows at a moment: roles between dates, sites, teams, cohorts, the account."""

from dataclasses import asdict

from access.clock import DAY_MS
from registry.guard import authorities
from registry.guard.areas import Area, Role, Verb
from registry.guard.authority import NOBODY, Authority, Held, at, may
from tests.support.accounts import add_account
from tests.support.centres import NINE_MS, Centre


def of_person(centre: Centre, person: str, at_ms: int = NINE_MS) -> Authority:
    with centre.database.read() as connection:
        return authorities.of_person(connection, person, at_ms)


def of_account(centre: Centre, ident: str) -> Authority:
    with centre.database.read() as connection:
        return authorities.of_account(connection, ident, NINE_MS)


def test_a_stranger_is_nobody_and_somebody_known_has_their_own(both: Centre) -> None:
    assert of_account(both, "nobody") == NOBODY
    anna = both.admit("matera")
    assert of_person(both, anna) == Authority((Held(Role.PARTICIPANT, frozenset({"matera"})),), anna)


def test_a_role_counts_between_its_dates_at_its_site_or_at_all(both: Centre) -> None:
    anna: str = both.made("/people", {"name": "Anna"})["id"]
    dated = {"role": "operator", "site": "matera", "from_ms": NINE_MS, "until_ms": NINE_MS + DAY_MS}
    both.made(f"/people/{anna}/roles", dated)
    both.made(f"/people/{anna}/roles", {"role": "auditor"})
    assert [may(of_person(both, anna, NINE_MS + ms), Area.BADGES, Verb.WRITE, at("matera")) for ms in (-1, 0)] == [
        False,
        True,
    ]
    assert not may(of_person(both, anna, NINE_MS + DAY_MS), Area.BADGES, Verb.WRITE, at("matera"))
    assert not may(of_person(both, anna), Area.BADGES, Verb.WRITE, at("cinisello"))
    assert may(of_person(both, anna), Area.AUDIT, Verb.READ, at("cinisello"))


def test_teams_and_cohorts_are_those_of_now(both: Centre) -> None:
    both.made("/programmes", {"id": "senior", "name": "Senior", "zones": {"matera": ["hall"]}})
    both.made("/cohorts", {"id": "senior-mt", "programme": "senior", "site": "matera", "name": "Senior"})
    both.made("/teams", {"id": "orto", "cohort": "senior-mt", "name": "Orto"})
    anna: str = both.made("/people", {"name": "Anna", "birth_date": "2000-01-01"})["id"]
    both.made("/enrolments", {"person": anna, "programme": "senior", "cohort": "senior-mt", "from_ms": 0})
    both.made("/teams/orto/members", {"person": anna, "from_ms": NINE_MS, "until_ms": NINE_MS + DAY_MS})
    found = [asdict(of_person(both, anna, NINE_MS + ms))["teams"] for ms in (-1, 0, DAY_MS)]
    assert found == [frozenset(), {"orto"}, frozenset()]
    assert of_person(both, anna).cohorts == {"senior-mt"}


def test_an_account_is_its_persons_an_administrators_or_closed(both: Centre) -> None:
    anna = both.admit("matera")
    add_account(both, "anna", anna)
    add_account(both, "root", None, administrator=True)
    add_account(both, "gone", anna, active=False)
    assert of_account(both, "anna") == of_person(both, anna)
    assert may(of_account(both, "root"), Area.CENTRE, Verb.WRITE)
    assert of_account(both, "gone") == NOBODY
