"""Who may what, as the one table says it: by role, area, verb and whose an object is."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.guard.areas import CELLS, TABLE, Area, Role, Verb
from registry.guard.authority import (
    ADMINISTRATOR,
    COMMON,
    NOBODY,
    Authority,
    Finding,
    Held,
    Of,
    Sites,
    at,
    judge,
    may,
    may_give,
    of_person,
    sites_for,
    somewhere,
)

A, B = "cinisello", "matera"
READ, WRITE = Verb.READ, Verb.WRITE


def holder(role: Role, *sites: str, person: str = "me") -> Authority:
    """Somebody with a role at these sites, at all where none is named."""
    return Authority((Held(role, frozenset(sites) or None),), person)


def test_every_role_has_a_cell_in_every_area_and_every_letter_is_known() -> None:
    assert set(CELLS) == set(Area)
    assert all(set(cells) == set(Role) for cells in CELLS.values())
    letters = {letter for cells in CELLS.values() for cell in cells.values() for letter in cell}
    assert letters == set("rwRWoc-")
    assert len(TABLE.strip().splitlines()) == len(Area) + 1


def test_nobody_may_anything_and_an_administrator_may_everything() -> None:
    for area in Area:
        for verb in Verb:
            for of in (COMMON, Of(), at(A), of_person("me", [B])):
                assert judge(NOBODY, area, verb, of) is Finding.NEVER
                assert may(ADMINISTRATOR, area, verb, of)


def test_an_operator_has_everything_of_their_site_and_nothing_of_another() -> None:
    operator = holder(Role.OPERATOR, A)
    assert may(operator, Area.BADGES, WRITE, at(A))
    assert judge(operator, Area.BADGES, READ, at(B)) is Finding.UNSEEN
    assert judge(operator, Area.BADGES, WRITE, at(B)) is Finding.UNSEEN
    assert may(operator, Area.PROGRAMMES, READ, COMMON)
    assert judge(operator, Area.PROGRAMMES, WRITE, COMMON) is Finding.NEVER
    assert judge(operator, Area.GATEWAYS, WRITE, at(A)) is Finding.NEVER
    assert not may(operator, Area.PEOPLE, READ, of_person("somebody", []))


def test_who_is_of_two_sites_is_changed_at_either_and_what_needs_each_at_both() -> None:
    operator = holder(Role.OPERATOR, A)
    assert may(operator, Area.PEOPLE, WRITE, of_person("anna", [A, B]))
    both = Of(frozenset({A, B}), each=True)
    assert judge(operator, Area.RIGHTS, WRITE, both) is Finding.READ_ONLY
    assert may(holder(Role.OPERATOR, A, B), Area.RIGHTS, WRITE, both)
    assert not may(holder(Role.OPERATOR, A), Area.RIGHTS, WRITE, Of(each=True))


def test_a_coordinator_of_one_site_plans_programmes_of_all_and_sees_people_of_one() -> None:
    one = holder(Role.COORDINATOR, A)
    assert may(one, Area.PROGRAMMES, WRITE, COMMON)
    assert may(one, Area.AGGREGATES, READ, at(B))
    assert not may(one, Area.PEOPLE, READ, at(B))
    assert may(holder(Role.COORDINATOR), Area.PEOPLE, READ, at(B))


def test_what_is_common_is_written_only_by_who_may_at_all_sites() -> None:
    assert may(holder(Role.OPERATOR), Area.SITES, WRITE, COMMON)
    assert judge(holder(Role.OPERATOR, A, B), Area.SITES, WRITE, COMMON) is Finding.READ_ONLY


def test_a_trainer_closes_their_own_registers_and_reads_no_other() -> None:
    trainer = holder(Role.TRAINER, A)
    mine, others = Of(frozenset({A}), frozenset({"me"})), Of(frozenset({A}), frozenset({"other"}))
    assert may(trainer, Area.ATTENDANCE, WRITE, mine)
    assert judge(trainer, Area.ATTENDANCE, READ, others) is Finding.UNSEEN
    assert may(trainer, Area.SESSIONS, READ, others)
    assert judge(trainer, Area.SESSIONS, WRITE, others) is Finding.READ_ONLY
    assert judge(trainer, Area.PEOPLE, READ, others) is Finding.NEVER


def test_a_participant_has_their_own_their_teams_and_of_a_cohorts_the_sight() -> None:
    me = replace(holder(Role.PARTICIPANT, A), teams=frozenset({"team"}), cohorts=frozenset({"cohort"}))
    assert may(me, Area.BOOKINGS, WRITE, of_person("me", [B]))
    assert judge(me, Area.BOOKINGS, READ, of_person("other", [A])) is Finding.UNSEEN
    assert judge(me, Area.PRESENCE, WRITE, of_person("me", [A])) is Finding.NEVER
    assert may(me, Area.BOOKINGS, WRITE, Of(groups=frozenset({"team"})))
    assert judge(me, Area.BOOKINGS, WRITE, Of(groups=frozenset({"cohort"}))) is Finding.READ_ONLY
    assert may(me, Area.AVAILABILITY, READ, at(A))
    assert not may(me, Area.AVAILABILITY, READ, at(B))


def test_who_has_no_person_has_nothing_of_nobodys() -> None:
    assert not may(holder(Role.PARTICIPANT, person=""), Area.BOOKINGS, READ, Of(persons=frozenset({""})))


def test_a_partner_is_shown_sums_alone() -> None:
    partner = holder(Role.PARTNER, A)
    assert [area for area in Area if somewhere(partner, area)] == [Area.TOKENS, Area.AGGREGATES]
    assert may(partner, Area.AGGREGATES, READ, at(B))


def test_an_auditor_changes_nothing_but_their_own_tokens() -> None:
    auditor = holder(Role.AUDITOR)
    assert [area for area in Area if somewhere(auditor, area, WRITE)] == [Area.TOKENS]
    assert all(somewhere(auditor, area) for area in (Area.LOG, Area.LOOKS, Area.AUDIT, Area.RETENTION))
    assert not any(somewhere(auditor, area) for area in (Area.PEOPLE, Area.PRESENCE, Area.ATTENDANCE, Area.BADGES))


@pytest.mark.parametrize(
    ("scope", "area", "verb", "allowed"),
    [
        ("people:read", Area.PEOPLE, READ, True),
        ("people:read", Area.PEOPLE, WRITE, False),
        ("people:write", Area.PEOPLE, READ, True),
        ("people:write", Area.BADGES, READ, False),
        ("*:read", Area.BADGES, READ, True),
        ("*:read", Area.BADGES, WRITE, False),
        ("*:write", Area.BADGES, WRITE, True),
    ],
)
def test_a_token_does_what_its_scopes_say(scope: str, area: Area, verb: Verb, allowed: bool) -> None:
    token = replace(ADMINISTRATOR, scopes=frozenset({scope}))
    assert may(token, area, verb, at(A)) is allowed
    assert may(token, area, verb) is allowed


def test_a_token_of_one_site_has_nothing_of_another_not_even_ones_own() -> None:
    token = replace(holder(Role.PARTICIPANT, A, B), within=frozenset({A}))
    assert may(token, Area.BOOKINGS, READ, of_person("me", [A]))
    assert not may(token, Area.BOOKINGS, READ, of_person("me", [B]))
    limited = replace(ADMINISTRATOR, within=frozenset({A}))
    assert may(limited, Area.SITES, WRITE, at(A))
    assert not may(limited, Area.SITES, WRITE, COMMON)


GIVEN = [
    (holder(Role.OPERATOR, A), Role.TRAINER, A, True),
    (holder(Role.OPERATOR, A), Role.TRAINER, B, False),
    (holder(Role.OPERATOR, A), Role.TRAINER, None, False),
    (holder(Role.OPERATOR, A), Role.OPERATOR, A, False),
    (holder(Role.COORDINATOR, A), Role.OPERATOR, A, True),
    (holder(Role.COORDINATOR, A), Role.COORDINATOR, A, False),
    (holder(Role.COORDINATOR), Role.AUDITOR, None, False),
    (holder(Role.AUDITOR), Role.PARTNER, A, False),
    (ADMINISTRATOR, Role.AUDITOR, None, True),
    (replace(ADMINISTRATOR, scopes=frozenset({"people:write"})), Role.AUDITOR, None, False),
    (replace(ADMINISTRATOR, within=frozenset({A})), Role.OPERATOR, B, False),
]


@pytest.mark.parametrize(("who", "role", "site", "allowed"), GIVEN)
def test_a_role_is_given_by_who_holds_a_higher_one_there(
    who: Authority, role: Role, site: str | None, allowed: bool
) -> None:
    assert may_give(who, role, site) is allowed


SITES: st.SearchStrategy[Sites] = st.none() | st.frozensets(st.sampled_from([A, B]))
NAMES = st.frozensets(st.sampled_from(["me", "other"]))
ROLES = st.builds(Held, st.sampled_from(Role), SITES)
WHO = st.builds(Authority, st.lists(ROLES, max_size=3).map(tuple), st.sampled_from(["", "me"]), NAMES, NAMES)
OBJECTS = st.builds(Of, st.frozensets(st.sampled_from([A, B])), NAMES, NAMES, common=st.booleans(), each=st.booleans())
SCOPES = st.frozensets(st.sampled_from([f"{area}:{verb}" for area in ("*", *Area) for verb in Verb]))


@given(WHO, st.sampled_from(Area), OBJECTS, SCOPES, SITES)
def test_a_bound_only_takes_away_and_who_writes_reads(
    who: Authority, area: Area, of: Of, scopes: frozenset[str], within: Sites
) -> None:
    bound = replace(who, scopes=scopes, within=within)
    for verb in Verb:
        assert may(who, area, verb, of) or not may(bound, area, verb, of)
    for one in (who, bound):
        assert may(one, area, READ, of) or not may(one, area, WRITE, of)
        for verb in Verb:
            assert may(one, area, verb) or not may(one, area, verb, of)


@given(WHO, st.sampled_from(Area))
def test_the_sites_that_may_be_read_are_those_whose_objects_may(who: Authority, area: Area) -> None:
    sites = sites_for(who, area)
    for site in (A, B):
        assert may(who, area, READ, at(site)) == (sites is None or site in sites)


def test_the_table_is_straight() -> None:
    rows = TABLE.strip("\n").splitlines()
    starts = [match.start() for match in re.finditer(r"\S+", rows[0])]
    assert all([match.start() for match in re.finditer(r"\S+", row)] == starts for row in rows)
