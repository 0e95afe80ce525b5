"""The shipped example: editable data of two municipalities, each row of it brought once and never again."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from access.hours import local
from access.records import PassKind, Person
from access.replica import Replica
from registry.accounts import accounts
from registry.calendars import calendars
from registry.edit import editing
from registry.guard import authorities
from registry.names import is_id
from registry.people import enrolments, people
from registry.problems import Kind, Problem
from registry.programmes import programmes, sessions
from registry.seed.files import DEFAULT, SHIPPED, BadExample, folder_of, read_example, shipped
from registry.setup import KEY_FILE, TOKEN_FILE, Registry
from registry.tables import core as t
from registry.tables.base import METADATA
from tests.support.centres import NINE_MS
from tests.support.feed_reader import FeedReader

FIRST = date(2026, 11, 30)


@pytest.fixture
def seeded(laid_url: str, tmp_path: Path) -> Registry:
    registry = Registry(laid_url, tmp_path / "keys", lambda: NINE_MS)
    registry.seed_example(DEFAULT, tmp_path / "files", FIRST)
    return registry


def state(registry: Registry) -> dict[str, Sequence[Any]]:
    """Every row of every table."""
    with registry.database.read() as connection:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key.columns)).all()
            for table in METADATA.sorted_tables
        }


def replica(registry: Registry, site: str) -> Replica:
    reader = FeedReader(site)
    reader.pull(registry, 2_000)
    return reader.replica


def test_the_package_brings_the_projects_own_setting() -> None:
    assert DEFAULT in shipped()
    example = read_example(folder_of(DEFAULT))
    assert {site.id for site in example.site} == {"cinisello", "matera"}
    ages = {one.id: (one.age_min, one.age_max, one.seats) for one in example.programme}
    assert ages["senior"] == (21, 30, 40)
    assert ages["junior"][:2] == (16, 19)
    assert any(one.mandatory for one in example.module)
    assert {"angel", "operator", "trainer", "mentor", "coordinator", "auditor"} == {one.role for one in example.role}
    assert any(one.off_site for one in example.session)


def test_run_twice_it_changes_nothing_versions_included(seeded: Registry, tmp_path: Path) -> None:
    before = state(seeded)
    assert all(before[name] for name in ("session", "pass", "enrolment", "member", "transfer", "guardian", "closure"))
    assert seeded.seed_example(DEFAULT, tmp_path / "files", FIRST) == Counter()
    assert seeded.seed_example(DEFAULT, tmp_path / "other", date(2027, 2, 1)) == Counter()
    assert state(seeded) == before
    assert not (tmp_path / "other").exists()
    seeded.close()


def test_what_staff_changed_or_took_away_stays_so(seeded: Registry, tmp_path: Path) -> None:
    with editing(seeded.database, NINE_MS) as edit:
        people.change_person(edit, "senior-01", people.Profile("Alba Vera", birth_date="2002-02-02"))
        people.drop_person(edit, "senior-02")
        calendars.drop(edit, "matera", "closure", "holiday-2027-07-02")
        calendars.drop(edit, "cinisello", "opening", "all-5-0540")
        programmes.change(edit, "senior", programmes.Programme("Altro", seats=12))
        sessions.drop(edit, "matera", "impresa-mt-0")
    before = state(seeded)
    assert seeded.seed_example(DEFAULT, tmp_path / "files", FIRST) == Counter()
    assert state(seeded) == before
    seeded.close()


def test_what_was_there_before_is_left_as_it_was(laid_url: str, tmp_path: Path) -> None:
    with Registry(laid_url, tmp_path / "keys", lambda: NINE_MS) as registry:
        registry.add_site("matera", "La mia sede")
        came = registry.seed_example(DEFAULT, tmp_path / "files", FIRST)
        assert came["site"] == 1
        assert sorted(path.name for path in (tmp_path / "files").iterdir()) == ["accounts", "cinisello"]
        with registry.database.read() as connection:
            names = dict(connection.execute(select(t.site.c.id, t.site.c.name)).all())
        assert names == {"matera": "La mia sede", "cinisello": "Cinisello Balsamo"}


def test_each_role_gets_an_account_and_its_code_in_a_file_of_its_owners(seeded: Registry, tmp_path: Path) -> None:
    path = tmp_path / "files" / "accounts"
    assert path.stat().st_mode & 0o777 == 0o600
    codes = dict(line.split() for line in path.read_text().splitlines())
    with seeded.database.read() as connection:
        found = {login: accounts.of_login(connection, login, NINE_MS) for login in codes}
        roles = {
            login: {str(held.role) for held in authorities.of_account(connection, one.account.id, NINE_MS).held}
            for login, one in found.items()
            if one is not None
        }
    assert all(one is not None and one.opened_by_code(codes[login]) for login, one in found.items())
    wanted = {"administrator", "coordinator", "operator", "trainer", "auditor", "participant"}
    assert set().union(*roles.values()) == wanted
    seeded.close()


def test_new_sites_gateways_get_their_files_and_speak_with_them(seeded: Registry, tmp_path: Path) -> None:
    for site in ("cinisello", "matera"):
        folder = tmp_path / "files" / site
        assert (folder / KEY_FILE).read_text().strip() == seeded.keys.of(site).hex()
        assert (folder / TOKEN_FILE).stat().st_mode & 0o777 == 0o600
    seeded.close()


def test_where_the_files_cannot_be_written_nothing_came(laid_url: str, tmp_path: Path) -> None:
    (tmp_path / "files" / "matera").mkdir(parents=True)
    (tmp_path / "files" / "matera" / TOKEN_FILE).write_text("another's")
    with Registry(laid_url, tmp_path / "keys", lambda: NINE_MS) as registry:
        with pytest.raises(FileExistsError):
            registry.seed_example(DEFAULT, tmp_path / "files", FIRST)
        assert state(registry)["site"] == []
        assert state(registry)["seeded"] == []


def test_the_sites_are_told_what_the_example_says(seeded: Registry) -> None:
    for site, angel, visitor in (("cinisello", "angel-01", "guest-01"), ("matera", "angel-02", "guest-02")):
        held = replica(seeded, site)
        kinds = {one.person: one.kind for one in held.passes.values()}
        assert kinds == {angel: PassKind.DUTY, visitor: PassKind.GUEST}
        assert held.persons[f"operator-{site[:2] if site == 'cinisello' else 'mt'}"].staff
        assert held.persons["coordinator-01"].standing == {"hall", "lab"}
        assert "auditor-01" not in held.persons
        assert any(opening.audience == "junior" for opening in held.openings.values())
        minors = {ident for ident, person in held.persons.items() if person.minor}
        assert {ident: held.persons[ident].guardian_from_ms is not None for ident in minors}
        assert all(held.persons[ident].guardian_from_ms is not None for ident in minors)
    assert replica(seeded, "cinisello").persons["senior-06"].transfer
    tito: Person = replica(seeded, "matera").persons["senior-06"]
    assert (tito.transfer, {group.group for group in tito.groups}) == (False, {"senior-mt", "mt-pane"})
    assert tito.training_due_ms is not None
    seeded.close()


def test_no_session_is_planned_where_the_site_rests(seeded: Registry) -> None:
    zone = ZoneInfo("Europe/Rome")
    found = state(seeded)
    days = {(row.site, local(row.start_ms, zone).date().isoformat()) for row in found["session"]}
    rests = {(row.site, row.id.removeprefix("holiday-")) for row in found["closure"]}
    assert ("cinisello", "2026-12-07") in rests - days, "the Milan area's patron"
    assert ("matera", "2026-12-07") in days
    assert not days & rests
    assert ("matera", "2026-12-08") in rests
    seeded.close()


def test_every_person_of_the_example_is_of_the_age_that_it_says(seeded: Registry) -> None:
    example = read_example(folder_of(DEFAULT))
    ages = {line.id: line.age for line in example.person if line.programme is not None}
    assert {row.person: row.age for row in state(seeded)["enrolment"]} == ages
    seeded.close()


def test_an_age_finds_the_lab_that_takes_it_and_at_twenty_none(seeded: Registry) -> None:
    labs = {15: None, 16: "junior", 19: "junior", 20: None, 21: "senior", 30: "senior", 31: None}
    born = local(NINE_MS, ZoneInfo("Europe/Rome")).date()
    with editing(seeded.database, NINE_MS) as edit:
        for age, lab in labs.items():
            who = f"of-{age}"
            people.add_person(edit, who, people.Profile(who, birth_date=born.replace(year=born.year - age).isoformat()))
            try:
                found = enrolments.enrol(edit, who, enrolments.Wanted(who)).programme
            except Problem as problem:
                found = None if problem.kind is Kind.NO_PROGRAMME else str(problem)
            assert found == lab, age
    seeded.close()


def test_its_first_day_is_the_next_monday_unless_one_is_named(laid_url: str, tmp_path: Path) -> None:
    with Registry(laid_url, tmp_path / "keys", lambda: NINE_MS) as registry:
        with pytest.raises(Problem, match="no Monday"):
            registry.seed_example(DEFAULT, tmp_path, date(2026, 12, 1))
        registry.seed_example(DEFAULT, tmp_path)
        starts = {row.id: row.start_ms for row in state(registry)["session"]}
        assert starts["digitale-mt-0"] == NINE_MS + 30 * 60_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[person]]\nid = 'No'\nname = 'A'\n", "person.0.id"),
        ("[[person]]\nid = 'a'\n", "person.0.name"),
        ("[[king]]\nid = 'a'\n", "king"),
        ("site = 'a'\n", "site"),
        ("[[opening]]\nsite = 'a'\nweekdays = [7]\nopens = '09:00'\ncloses = '10:00'\n", "weekdays"),
        ("[[opening]]\nsite = 'a'\nweekdays = [0]\nopens = '25:00'\ncloses = '10:00'\n", "opens"),
        ("[[person]\n", "cannot be read"),
    ],
)
def test_a_mistake_in_an_example_is_named_with_its_file_and_place(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.toml").write_text("[[person]]\nid = 'anna'\nname = 'Anna'\n")
    (tmp_path / "b.toml").write_text(text)
    with pytest.raises(BadExample, match=said) as caught:
        read_example(tmp_path)
    assert "b.toml" in str(caught.value)


def test_an_example_is_one_that_ships_or_a_folder_with_files(tmp_path: Path) -> None:
    with pytest.raises(BadExample, match="name one of hubout"):
        folder_of(str(tmp_path / "nowhere"))
    with pytest.raises(BadExample, match="no TOML"):
        read_example(folder_of(str(tmp_path)))


def test_an_example_of_ones_own_that_does_not_hold_together_brings_nothing(laid_url: str, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        "[[person]]\nid = 'anna'\nname = 'Anna'\n"
        "[[role]]\nid = 'r'\nperson = 'anna'\nrole = 'operator'\nsite = 'rome'\n"
    )
    with Registry(laid_url, tmp_path / "keys", lambda: NINE_MS) as registry:
        with pytest.raises(Problem, match="role r: there is no such site"):
            registry.seed_example(str(tmp_path), tmp_path)
        assert state(registry)["person"] == []


def test_every_id_of_the_shipped_example_is_one() -> None:
    for name in shipped():
        example = read_example(SHIPPED / name)
        assert all(is_id(line.id) for lines in (example.person, example.programme, example.team) for line in lines)
