"""A replica file says what a site's doors judge by, and every mistake in one has its sentence."""

import json
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.records import Closure, Person, Record
from access.replica import Replica
from access.site import Policy
from access.state import onward_of
from devices.replica_file import MISTAKES_NAMED, BadReplicaFile, nameless, read_replica_file, written
from devices.replica_file_model import replica_file_schema
from tests.support.chance_replicas import records_of
from tests.support.core_site import ROME, SITE, replica_of
from tests.support.feeds import BADGE, ONE_OF_EACH, PERSON

ROOT = Path(__file__).parents[2]
SMALL = json.loads((ROOT / "tests" / "data" / "replicas" / "small.json").read_text())
Edit = dict[str, Any]


def text_of(records: list[Record], version: int = 1) -> bytes:
    return "".join(written(SITE, "g", version, records)).encode()


def mistakes(raw: bytes) -> list[str]:
    with pytest.raises(BadReplicaFile) as raised:
        read_replica_file(raw)
    assert str(raised.value) == " | ".join(raised.value.mistakes)
    return raised.value.mistakes


def edited(*steps: str | int, value: object = None) -> bytes:
    """The small file with one member put, or dropped where no value is given."""
    whole = deepcopy(SMALL)
    held = whole
    for step in steps[:-1]:
        held = held[step]
    if value is None:
        del held[steps[-1]]
    else:
        held[steps[-1]] = value
    return json.dumps(whole).encode()


def test_what_is_written_is_read() -> None:
    file = read_replica_file(text_of([*ONE_OF_EACH], version=7))
    assert file.replica == replica_of(*ONE_OF_EACH, version=7)
    assert (file.site, file.zone, file.policy) == ("matera", ROME, Policy())
    onward = onward_of(SITE)
    assert {door.id: (door.zone, door.onward) for door in file.doors.values()} == {
        door.id: (door.zone, onward[door.id]) for door in SITE.doors.values()
    }
    assert [door.id for door in file.doors.values() if door.accepts_unproved] == ["side"]


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_a_site_holds_is_read_as_it_was(seed: int) -> None:
    records = records_of(Random(seed))
    assert read_replica_file(text_of(records)).replica == replica_of(*records)


def test_an_empty_replica_is_a_replica() -> None:
    assert read_replica_file(text_of([], version=0)).replica == Replica("g")


def test_a_record_is_a_line_so_that_two_files_can_be_compared() -> None:
    lines = text_of([*ONE_OF_EACH]).decode().splitlines()
    assert len(lines) == len(ONE_OF_EACH) + 2
    assert json.loads(lines[1].rstrip(","))["record"]["id"] == PERSON.id


def test_a_doors_own_zone_need_not_be_written() -> None:
    file = read_replica_file(json.dumps(SMALL).encode())
    assert {door.id: door.onward for door in file.doors.values()} == {
        "front": {"hall", "lab"},
        "inner": {"lab"},
        "maker": {"hall"},
    }


def test_nameless_records_say_no_name_and_no_reason_and_all_else() -> None:
    shown = [nameless(record) for record in ONE_OF_EACH]
    names = [record.name for record in shown if isinstance(record, Person)]
    assert (names, [record.why for record in shown if isinstance(record, Closure)]) == ([""], [""])
    assert BADGE in shown
    assert not any(word in text_of(shown).decode() for word in ("Zoë", "Bruna"))
    assert "Zoë" in text_of([*ONE_OF_EACH]).decode()


KINDS = "badge, person, booking, pass, closure, opening, elsewhere"
NO_ID = "is no id; write small letters, digits and -, at most 32"
MISTAKES: list[tuple[tuple[str | int, ...], object, str]] = [
    (("v",), None, "v is missing"),
    (("v",), 3, "v: input should be 1 or 2"),
    (("site",), None, "site is missing"),
    (("site",), "Not An Id", f"site {NO_ID}"),
    (("site",), 3, "site: input should be a valid string"),
    (("timezone",), "Europe/Atlantis", "timezone: no time zone is called so; write one like Europe/Rome"),
    (("timezone",), "../../etc/passwd", "timezone: no time zone is called so; write one like Europe/Rome"),
    (("generation",), 1, "generation: input should be a valid string"),
    (("generation",), "x" * 65, "generation: string should have at most 64 characters"),
    (("version",), -1, "version: input should be greater than or equal to 0"),
    (("version",), "1", "version: input should be a valid integer"),
    (("version",), True, "version: input should be a valid integer"),
    (("colour",), "red", "colour is not known here; take it out"),
    (("a\nb" * 20,), 1, f"{('a?b' * 20)[:40]} is not known here; take it out"),
    (("policy",), None, "policy is missing"),
    (("policy", "grace_before_ms"), None, "policy.grace_before_ms is missing"),
    (("policy", "grace_before_ms"), -1, "policy.grace_before_ms: input should be greater than or equal to 0"),
    (("policy", "tap_max_age_ms"), 1, "policy.tap_max_age_ms is not known here; take it out"),
    (("doors",), {}, "doors: input should be a valid array"),
    (("doors", 0, "zone"), None, "doors[0].zone is missing"),
    (("doors", 0, "onward"), ["lab", 3], "doors[0].onward[1]: input should be a valid string"),
    (("doors", 1, "id"), "In Ner", f"doors[1].id {NO_ID}"),
    (("doors", 1, "id"), "front", "doors[1]: a door of that id is there already; leave one"),
    (("doors", 1, "accepts_unproved"), "no", "doors[1].accepts_unproved: input should be a valid boolean"),
    (("doors", 1, "lock"), 17, "doors[1].lock is not known here; take it out"),
    (("records",), None, "records is missing"),
    (("records", 0), 7, "records[0]: input should be an object"),
    (("records", 0, "kind"), None, f"records[0].kind is missing; write one of {KINDS}"),
    (("records", 0, "kind"), "lease", f"records[0].kind is none of {KINDS}"),
    (("records", 0, "note"), "x", "records[0].note is not known here; take it out"),
    (("records", 0, "record"), None, "records[0].record is missing"),
    (("records", 0, "record", "name"), None, "records[0].record.name is missing"),
    (("records", 0, "record", "birthday"), 1, "records[0].record.birthday is not known here; take it out"),
    (("records", 0, "record", "suspended"), 0, "records[0].record.suspended: input should be a valid boolean"),
    (("records", 1, "record", "credentials"), ["04a1b2c3"], "records[1]: a credential is 32 bytes in hex"),
    (("records", 1, "record", "credentials"), ["zz" * 32], "records[1]: a credential is 32 bytes in hex"),
    (("records", 1, "record", "credentials"), ["é" * 64], "records[1]: a credential is 32 bytes in hex"),
    (("records", 2, "record", "end_ms"), 5, "records[2]: a booking ends after it starts, and within a week"),
    (("records", 2, "record", "start_ms"), 1.5, "records[2].record.start_ms: input should be a valid integer"),
    (("records", 3, "record", "id"), "k-anna", "records[3]: a booking of that id is there already; leave one"),
]


@pytest.mark.parametrize(("steps", "value", "sentence"), MISTAKES, ids=[sentence for *_, sentence in MISTAKES])
def test_a_mistake_is_named_by_its_place(steps: tuple[str | int, ...], value: object, sentence: str) -> None:
    assert mistakes(edited(*steps, value=value)) == [sentence]


def test_every_mistake_is_named_and_too_many_are_counted() -> None:
    whole = deepcopy(SMALL)
    whole["timezone"] = "Mars"
    del whole["doors"][0]["zone"]
    assert len(mistakes(json.dumps(whole).encode())) == 2
    whole["records"] += [{}] * MISTAKES_NAMED
    found = mistakes(json.dumps(whole).encode())
    assert (len(found), found[-1]) == (MISTAKES_NAMED + 1, "and 2 more")


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[" * 100_000, json.dumps(SMALL).encode()[:-1]])
def test_what_is_no_json_is_one_sentence(raw: bytes) -> None:
    (sentence,) = mistakes(raw)
    assert sentence.startswith("it is not JSON (")


@pytest.mark.parametrize("raw", [b"[]", b"null", b"3", b'"v"'])
def test_what_is_no_object_is_one_sentence(raw: bytes) -> None:
    (sentence,) = mistakes(raw)
    assert sentence.startswith("the whole: input should be")


def test_no_sentence_repeats_a_value_of_the_file() -> None:
    secret = "04A1B2C3D4E580"
    for steps in (("site",), ("timezone",), ("records", 0, "kind"), ("records", 1, "record", "credentials")):
        value = [secret] if steps[-1] == "credentials" else secret
        assert secret not in " ".join(mistakes(edited(*steps, value=value)))


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.integers(0, 2**32))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(seed: int) -> None:
    chance = Random(seed)
    raw = bytearray(json.dumps(SMALL).encode())
    for _ in range(chance.randint(1, 3)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    said: list[str] = []
    try:
        read_replica_file(bytes(raw))
    except BadReplicaFile as error:
        said = error.mistakes
    assert all("\n" not in sentence for sentence in said)


def test_the_schema_is_published_as_it_is_kept() -> None:
    published = json.loads((ROOT / "docs" / "schema" / "replica-file.json").read_text())
    assert published == json.loads(json.dumps(replica_file_schema())), "run hubout schema"
