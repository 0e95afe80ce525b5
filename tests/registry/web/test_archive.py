"""The archive of a person: every place that holds people, no secret, and nobody else (guarantees P5, P9)."""

import csv
import io
import json
import zipfile

from sqlalchemy import insert, select

from access.facts import Entered, Judged, Left
from access.facts_people import WalkedIn
from access.reasons import Reason
from access.retention_places import AT_REGISTRY
from pages.languages import LANGUAGES, load
from pages.look import SHARED_WORDS
from registry.own import archive
from registry.tables import core as t
from registry.tables.accounts import account as account_table
from registry.tables.accounts import act
from registry.tables.base import METADATA
from registry.web.app import OWN_WORDS
from tests.support.centres import NINE_MS
from tests.support.faces import Reader, account, reader
from tests.support.log_rows import rows_of, sent
from tests.support.participants import School


def test_every_place_that_holds_people_is_in_the_archive_or_says_why_not() -> None:
    assert set(archive.READ) | set(archive.LEFT_OUT) == set(AT_REGISTRY), "a new place: say it in registry/own/archive"
    assert not set(archive.READ) & set(archive.LEFT_OUT)
    with_person = {table.name for table in METADATA.sorted_tables if "person" in table.c}
    assert with_person <= set(AT_REGISTRY)


def test_every_place_has_its_name_in_both_languages() -> None:
    for words in (load((SHARED_WORDS, OWN_WORDS))[language] for language in LANGUAGES):
        assert [name for name in archive.READ if not words.has(f"me.kept.{name}")] == []
        assert [name for name in archive.LEFT_OUT if not words.has(f"archive.left.{name}")] == []


def opened(answer_content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(answer_content))


def tables(archived: zipfile.ZipFile) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(archived.read("data.json"))["tables"]
    return found


def whole(archived: zipfile.ZipFile) -> str:
    return "\n".join(archived.read(name).decode() for name in archived.namelist())


def taken(browser: Reader) -> zipfile.ZipFile:
    answer = browser.look("/me/data/hubout.zip")
    assert "attachment" in answer.headers["content-disposition"]
    return opened(answer.content)


def lived(place: School) -> None:
    """Anna and Bruno come, are refused, are registered and are looked at."""
    anna, bruno = place.ids["anna"], place.ids["bruno"]
    refused = (Judged("main", "main-in", "in", False, str(Reason.NO_BOOKING), "x", who, "b") for who in (anna, bruno))
    came = (Entered(who, "main", "hall", "1-1") for who in (anna, bruno))
    went = (Left("main", "hall", "", who) for who in (anna, bruno))
    walked = WalkedIn("w-1", anna, "hall", "d1", NINE_MS, NINE_MS + 1, "Bice Operatrice")
    answer = place.centre.as_gateway("cinisello", "POST", "/events", sent(rows_of(*refused, *came, walked, *went)))
    assert answer.status_code == 200, answer.text
    place.booked("anna", 1, 3)
    place.booked("bruno", 5, 6)
    with place.centre.database.write() as connection:
        for n, who in enumerate((anna, bruno), 1):
            of = {"site": "cinisello", "register_id": "r-1", "edition": 1}
            said = {"what": "entry", "person": who, "author_name": "Bice Operatrice", "from_ms": NINE_MS}
            connection.execute(insert(t.register_row).values(**of, n=n, raw=json.dumps(said).encode(), digest="0"))
            connection.execute(insert(t.register_name).values(**of, person=who, name=who, salt="00"))
        register = {"site": "cinisello", "id": "r-1", "number": 7, "programme": "p", "from_ms": 0, "until_ms": 1}
        connection.execute(insert(t.register).values(**register, made_ms=0, edition=1, closed="", seal="", revision=1))
    assert place.centre.ask("GET", f"/people/{anna}/history").status_code == 200


def test_all_of_one_person_is_there_and_nothing_secret_or_anybody_elses(place: School) -> None:
    lived(place)
    archived = taken(place.anna)
    found = tables(archived)
    assert [row["start_ms"] for row in found["booking"] if not row["walk_in"]] == [NINE_MS + 3_600_000]
    assert found["person"][0]["name"] == "Anna"
    assert [row["kind"] for row in found["event"]] == ["verdict", "entered", "walk-in", "left"]
    assert found["event"][0]["reason"] == "no-booking"
    assert [(row["register"], row["n"], row["person"]) for row in found["register_row"]] == [(7, 1, place.ids["anna"])]
    assert [row["what"] for row in found["look"]] == ["history"]
    text = whole(archived)
    for other in (place.ids["bruno"], "Bruno", "Bice Operatrice"):
        assert other not in text
    with place.centre.database.read() as connection:
        passwords = connection.execute(select(account_table.c.password)).scalars().all()
    assert not [one for one in passwords if one and one in text]
    secret = {name for rows in found.values() for row in rows for name in row} & (archive.SECRET | archive.OTHERS)
    assert secret == set()


def test_it_holds_a_page_to_be_read_and_a_table_for_each_kind(place: School) -> None:
    lived(place)
    archived = taken(place.anna)
    page = archived.read("index.html").decode()
    assert "<h1>My data</h1>" in page
    assert "hash of a card" in page, "it says what is not there, and why"
    assert "http" not in page
    rows = list(csv.DictReader(io.StringIO(archived.read("csv/booking.csv").decode())))
    assert "2026-11-23T10:00:00+01:00" in [row["start_ms"] for row in rows]
    with reader(place.centre, "it") as browser:
        browser.signed_in("anna")
        assert "<h1>I miei dati</h1>" in taken(browser).read("index.html").decode()


def test_staff_give_it_out_for_somebody_and_that_is_a_look_and_an_act(place: School) -> None:
    account(place.centre, "clara", administrator="1")
    anna = place.ids["anna"]
    with reader(place.centre) as browser:
        browser.signed_in("clara")
        browser.look(f"/people/{anna}")
        answer = browser.sent(f"/people/{anna}/archive")
        assert answer.headers["content-type"] == "application/zip"
    assert tables(opened(answer.content))["person"][0]["name"] == "Anna"
    assert "all data" in place.anna.look("/me/data").text
    with place.centre.database.read() as connection:
        kinds = connection.execute(select(act.c.kind).where(act.c.person == anna)).scalars().all()
    assert "archive-given-out" in kinds
    place.bruno.look("/me/data")
    assert place.bruno.sent(f"/people/{anna}/archive").status_code == 403
