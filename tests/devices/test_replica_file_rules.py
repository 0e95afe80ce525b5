"""A replica file has every kind of record with all its members, what doors ask, and the policy's numbers."""

import json
from dataclasses import replace
from pathlib import Path

from access.case import Terms, terms_of
from access.records import (
    KIND_OF_RECORD,
    Badge,
    Booking,
    BookingKind,
    Closure,
    Elsewhere,
    Membership,
    Opening,
    Pass,
    PassKind,
    Person,
    Record,
)
from access.site import Passback, Policy, WhenFull, Zone
from access.staff import Staff
from devices.replica_file import VERSION, read_replica_file, written
from devices.replica_file_model import replica_file_schema
from tests.support.core_site import SITE, replica_of
from tests.support.feeds import ONE_OF_EACH

SMALL = json.loads((Path(__file__).parents[1] / "data" / "replicas" / "small.json").read_text())
MEMBER = Person(
    "p2",
    "",
    frozenset({"hall"}),
    minor=True,
    staff=True,
    transfer=True,
    audiences=frozenset({"youth"}),
    groups=(Membership("team-a", 1, 2), Membership("junior")),
    guardian_from_ms=1,
    guardian_until_ms=2,
    guardian_zones=frozenset({"hall"}),
    training_due_ms=3,
)
EVERY_KIND: tuple[Record, ...] = (
    *ONE_OF_EACH,
    MEMBER,
    Badge("b2", "p2", (b"\x03" * 32,), pins=(b"\x04" * 32,), emergency=True),
    Booking("k2", "", "hall", "desk-1", 1, 2, BookingKind.SESSION, "junior", 1, waiting=True),
    Pass("v1", "p2", frozenset({"hall"}), 1, 2, PassKind.DUTY, frozenset({0, 6}), 60, 120),
    Closure("c2", 1, 2, "", "youth", "desk-1"),
    Opening("o2", 6, 0, 1440, "youth"),
    Elsewhere("p2", "cinisello", 3),
)


def text_of(records: tuple[Record, ...]) -> bytes:
    return "".join(written(SITE, "g", 1, records)).encode()


def test_a_file_has_what_the_schema_requires_and_nothing_else() -> None:
    schema = replica_file_schema()
    assert set(schema["required"]) == set(SMALL) == set(schema["properties"])
    rows = [*SMALL["records"], *json.loads(text_of(EVERY_KIND))["records"]]
    for kind, row in schema["properties"]["records"]["items"]["discriminator"]["mapping"].items():
        named = schema["$defs"][row.rsplit("/", 1)[1]]["properties"]["record"]["$ref"].rsplit("/", 1)[1]
        record = schema["$defs"][named]
        assert record["additionalProperties"] is False
        held = [one["record"] for one in rows if one["kind"] == kind]
        assert held, kind
        for one in held:
            assert set(record["required"]) <= set(one) <= set(record["properties"])


def test_a_file_of_this_version_says_what_doors_ask_and_the_policys_numbers() -> None:
    policy = Policy(minor_from_minute=1, minor_until_minute=2, dated_age_ms=3, booking_age_ms=4, clock_unsure_ms=5)
    zones = {**SITE.zones, "hall": Zone("hall", "Hall", 7, WhenFull.REFUSE, Passback.SOFT)}
    doors = {**SITE.doors, "front": replace(SITE.doors["front"], asks_pin=True, first_in=True)}
    site = replace(SITE, zones=zones, doors=doors, policy=policy)
    text = "".join(written(site, "g", 1, []))
    file = read_replica_file(text.encode())
    assert json.loads(text)["v"] == VERSION
    assert file.policy == policy
    assert file.doors["front"].terms == Terms(
        asks_pin=True, first_in=True, capacity=7, when_full=WhenFull.REFUSE, passback=Passback.SOFT
    )
    assert {door: file.doors[door].terms for door in doors} == {
        door: terms_of(doors[door], zones[doors[door].zone]) for door in doors
    }


def test_a_file_of_version_1_is_read_with_what_it_does_not_say_as_by_default() -> None:
    file = read_replica_file(json.dumps(SMALL).encode())
    assert SMALL["v"] == 1
    assert file.policy == Policy(grace_before_ms=900_000)
    assert {door.terms for door in file.doors.values()} == {Terms()}


def test_of_staffs_accounts_nothing_is_written() -> None:
    staff = Staff("a", "zeno", "Zeno", "operator", "$argon2id$v=19$...")
    assert text_of((staff, *EVERY_KIND, staff)) == text_of(EVERY_KIND)


def test_every_kind_of_record_is_read_as_it_was_written() -> None:
    assert {type(record) for record in EVERY_KIND} == set(KIND_OF_RECORD) - {Staff}
    assert read_replica_file(text_of(EVERY_KIND)).replica == replica_of(*EVERY_KIND)
