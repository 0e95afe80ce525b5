"""A layout tells all of a site that a verdict follows from, and nothing else."""

import json
from dataclasses import fields, replace

import pytest

from access.case import request_at, terms_of
from access.layout import JUDGED_BY, digest, layout_of, site_of
from access.site import Door, Passback, Policy, Proof, Site, WhenFull, Zone
from access.state import onward_of
from tests.support.core_site import SITE, card

STRICT = Site(
    "cinisello",
    "Cinisello",
    "Europe/Rome",
    {
        "hall": Zone("hall", "Atrio", 12, WhenFull.REFUSE, Passback.HARD),
        "lab": Zone("lab", "Laboratorio", None, WhenFull.WARN, Passback.SOFT),
        "loft": Zone("loft", "Soppalco"),
    },
    {
        "front": Door("front", "Porta", "hall", first_in=True),
        "inner": Door("inner", "Interna", "lab", "hall", asks_pin=True),
        "stair": Door("stair", "Scala", "loft", "lab", proof=Proof.UNPROVED),
    },
    policy=replace(Policy(), **{name: number for number, name in enumerate(JUDGED_BY, 1)}),
)


@pytest.mark.parametrize("site", [SITE, STRICT], ids=lambda site: site.id)
def test_a_site_told_by_its_layout_asks_what_the_site_itself_asks(site: Site) -> None:
    told = site_of(site.id, json.loads(json.dumps(layout_of(site))))
    assert onward_of(told) == onward_of(site)
    assert told.timezone == site.timezone
    assert {door.id: door.name for door in told.doors.values()} == {one.id: one.name for one in site.doors.values()}
    for door in site.doors.values():
        there, here = told.doors[door.id], door
        assert terms_of(there, told.zones[there.zone]) == terms_of(here, site.zones[here.zone])
        onward = onward_of(site)[door.id]
        asked = [
            request_at(one, where.zones[one.zone], onward, card("anna")) for one, where in ((there, told), (here, site))
        ]
        assert asked[0] == asked[1]
    assert {name: getattr(told.policy, name) for name in JUDGED_BY} == {
        name: getattr(site.policy, name) for name in JUDGED_BY
    }


def test_a_door_of_a_layout_that_was_told_before_doors_had_names_goes_by_its_id() -> None:
    told = layout_of(STRICT)
    nameless = {**told, "doors": [{name: one[name] for name in one if name != "name"} for one in told["doors"]]}
    assert {door.name for door in site_of("cinisello", nameless).doors.values()} == set(STRICT.doors)


def test_every_member_matters_to_the_digest_and_nothing_else_does() -> None:
    first = digest(layout_of(STRICT))
    assert digest(dict(reversed(layout_of(STRICT).items()))) == first
    renamed = replace(STRICT, name="Altro", zones={**STRICT.zones, "loft": Zone("loft", "Altro nome")})
    assert digest(layout_of(renamed)) == first
    changed = [
        replace(STRICT, timezone="UTC"),
        replace(STRICT, policy=replace(STRICT.policy, grace_before_ms=99)),
        replace(STRICT, doors={**STRICT.doors, "front": replace(STRICT.doors["front"], first_in=False)}),
        replace(STRICT, doors={**STRICT.doors, "front": replace(STRICT.doors["front"], name="Portone")}),
        replace(STRICT, zones={**STRICT.zones, "hall": replace(STRICT.zones["hall"], capacity=13)}),
    ]
    assert len({first, *(digest(layout_of(site)) for site in changed)}) == 1 + len(changed)


def test_the_policys_other_numbers_are_those_that_no_verdict_follows_from() -> None:
    assert {field.name for field in fields(Policy)} - set(JUDGED_BY) == {
        "tap_max_age_ms",
        "entry_window_ms",
        "grant_max_age_ms",
        "exit_request_ms",
        "tap_interval_ms",
        "card_repeat_ms",
        "desk_hold_ms",
        "silent_after_ms",
        "maker_silent_after_ms",
        "hole_ms",
        "pin_tries",
        "pin_block_ms",
    }


def test_a_layout_holds_no_name_that_people_read_but_its_doors() -> None:
    text = json.dumps(layout_of(STRICT))
    assert [name for name in ("Atrio", "Laboratorio", "Porta", "Cinisello") if name in text] == ["Porta"]
