"""P2 and P3: what identifies a person elsewhere stays at the registry: no site, no log and no kept answer holds it."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.link.step import Changed, Step
from gateway.link.store import LinkStore
from registry.tables import core as t
from tests.support.centres import HOUR_MS, Centre
from tests.support.programmes import SOON_MS, edited, with_programmes

BIRTH, CODE, EMAIL, REF = "2009-07-13", "VRDNMR09L53F052Z", "canary@esempio.it", "canarino-77"
CANARIES = (BIRTH, CODE, CODE.lower(), EMAIL, REF)
ALLOWED = {
    *("id", "name", "zones", "standing", "valid_from_ms", "valid_until_ms", "suspended", "minor", "staff", "transfer"),
    *("audiences", "groups", "guardian_from_ms", "guardian_until_ms", "guardian_zones", "training_due_ms"),
}
SITES = ("matera", "cinisello")
SPAN = {"start_ms": SOON_MS, "end_ms": SOON_MS + HOUR_MS}


@pytest.fixture
def lived(both: Centre, caplog: pytest.LogCaptureFixture) -> Iterator[Centre]:
    """A registry where one person has everything that a person can have, every logger listening."""
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "hubout.registry"):
        logging.getLogger("sqlalchemy").setLevel(logging.INFO)
        both.database.close()  # A connection that is kept says as much as was wanted when it was made.
        with_programmes(both)
        known = {"birth_date": BIRTH, "fiscal_code": CODE, "email": EMAIL, "ref": REF}
        made = both.ask("POST", "/people", {"name": "Anna", **known}, Idempotency_Key="k" * 20)
        assert made.json()["fiscal_code"] == CODE
        who = made.json()["id"]
        both.made("/enrolments", {"person": who, "cohort": "junior-mt"})
        both.made(f"/people/{who}/roles", {"role": "trainer", "zones": ["hall"]})
        both.made(f"/people/{who}/roles", {"role": "operator", "zones": ["hall"], "until_ms": SOON_MS})
        both.made(f"/people/{who}/guardians", {"from_ms": 5})
        both.made(f"/people/{who}/transfers", {"from_site": "matera", "to_site": "cinisello", **SPAN})
        both.made("/sites/matera/passes", {"person": who, "zones": ["hall"], **SPAN})
        both.made(f"/people/{who}/badges", {"uid": "04A1B2C3D4E580"})
        session = {"programme": "junior", "title": "A", "zone": "hall", "groups": ["junior-mt"], "trainers": [who]}
        both.made("/sites/matera/sessions", session | SPAN)
        both.made("/sites/matera/bookings", {"resource": "d1", "person": who, **SPAN})
        edited(both, f"/people/{who}", name="Anna V.")
        both.ask("POST", "/people", {"name": "Anna", **known, "email": EMAIL + "@"})
        both.ask("POST", "/people", {"name": "Anna", **known})
        yield both
    logging.getLogger("sqlalchemy").setLevel(logging.NOTSET)
    both.database.close()


def free_of_canaries(text: str) -> None:
    assert not [canary for canary in CANARIES if canary in text]


def test_the_canaries_are_where_staff_look_for_them(lived: Centre) -> None:
    with lived.registry.database.read() as connection:
        kept = connection.execute(
            select(t.person.c.birth_date, t.person.c.fiscal_code, t.person.c.email, t.person.c.ref)
        )
        assert [tuple(row) for row in kept] == [(BIRTH, CODE, EMAIL, REF)]


def test_no_site_is_told_of_any(lived: Centre) -> None:
    for site in SITES:
        raw = lived.as_gateway(site, "GET", "/changes?limit=2000").text
        assert "Anna V." in raw
        free_of_canaries(raw)
        persons = [record for (kind, _), record in lived.feed(site).items() if kind == "person"]
        assert all(record.keys() <= ALLOWED for record in persons)
    with lived.registry.database.read() as connection:
        free_of_canaries(str(connection.execute(select(t.published)).all()))


def test_a_gateways_own_file_holds_none(lived: Centre, tmp_path: Path) -> None:
    for site in SITES:
        told = lived.as_gateway(site, "GET", "/changes?limit=2000").json()
        changes = [Changed(one["kind"], one["id"], json.dumps(one["record"])) for one in told["changes"]]
        store = LinkStore.open(tmp_path / site)
        store.keep(Step(told["generation"], told["version"], True, changes))
        assert store.replica().persons
        store.close()
        files = [path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith(site)]
        assert any(b"Anna V." in raw for raw in files)
        for raw in files:
            free_of_canaries(raw.decode("latin-1"))


def test_no_log_holds_any_and_no_refusal_repeats_one(lived: Centre, caplog: pytest.LogCaptureFixture) -> None:
    said = "\n".join(caplog.handler.format(record) for record in caplog.get_records("setup"))
    assert "INSERT INTO person" in said
    free_of_canaries(said)
    refused = lived.ask("POST", "/people", {"name": "Anna", "fiscal_code": CODE + "9"})
    assert refused.status_code == 422
    free_of_canaries(refused.text)
    taken = lived.ask("POST", "/people", {"name": "Anna", "ref": REF})
    assert taken.status_code == 409
    free_of_canaries(taken.text)


def test_no_list_and_no_kept_answer_holds_a_fiscal_code(lived: Centre) -> None:
    listed = lived.ask("GET", "/people").text
    assert REF in listed
    assert not [canary for canary in (BIRTH, CODE, EMAIL) if canary in listed]
    with lived.registry.database.read() as connection:
        kept = str(connection.execute(select(t.answer)).all())
    assert "birth_date" in kept
    assert CODE not in kept
    again = {"name": "Anna", "birth_date": BIRTH, "fiscal_code": CODE, "email": EMAIL, "ref": REF}
    repeated = lived.ask("POST", "/people", again, Idempotency_Key="k" * 20)
    assert (repeated.status_code, repeated.json()["fiscal_code"]) == (201, None)


def test_a_fiscal_code_is_written_in_capitals_and_erased_with_its_person(lived: Centre) -> None:
    made = lived.made("/people", {"name": "Ugo", "fiscal_code": "rssmra85t10a562s"})
    assert made["fiscal_code"] == "RSSMRA85T10A562S"
    path = f"/people/{made['id']}"
    assert edited(lived, path, fiscal_code=None)["fiscal_code"] is None
    lived.ask("DELETE", path)
    with lived.registry.database.read() as connection:
        assert "RSSMRA85T10A562S" not in str(connection.execute(select(t.person)).all())
