"""People's rights over their data by the API: asked, answered, taken away and consented to, each within scopes (P5)."""

import csv
import io
import json
import zipfile

import pytest
from sqlalchemy import select

from registry.tables import core as t
from registry.tables.accounts import act
from tests.registry.retention.test_erasing import tables_of, whole
from tests.support.centres import Centre, problem

SITE, OTHER = "matera", "cinisello"
FORMULA = '=HYPERLINK("http://x";"Anna")\r\n\u202e<script>'


@pytest.fixture
def anna(both: Centre) -> str:
    return both.admit(SITE, "Anna Neri")


def scoped(both: Centre, *scopes: str) -> str:
    """The header of a token with these scopes, at one site."""
    body = {"name": "x", "scopes": list(scopes), "sites": [SITE], "service": True}
    return f"Bearer {both.made('/tokens', body)['token']}"


def asks(both: Centre, who: str, kind: str = "correct", said: str = "mi chiamo Anna") -> str:
    return str(both.made(f"/people/{who}/data-requests", {"kind": kind, "said": said})["id"])


def test_a_request_is_asked_listed_and_answered_once(both: Centre, anna: str) -> None:
    first = asks(both, anna)
    listed = both.ask("GET", "/data-requests?state=waits").json()["items"]
    assert [(one["id"], one["state"], one["said"]) for one in listed] == [(first, "waits", "mi chiamo Anna")]
    answer = both.ask("POST", f"/data-requests/{first}/decision", {"granted": True, "answer": "Corretto."})
    assert (answer.status_code, answer.json()["state"], answer.json()["answer"]) == (200, "granted", "Corretto.")
    assert both.ask("GET", "/data-requests?state=waits").json()["items"] == []
    assert both.ask("GET", f"/data-requests/{first}").json()["state"] == "granted"
    again = both.ask("POST", f"/data-requests/{first}/decision", {"granted": False, "answer": "No."})
    assert problem(again) == (409, "out-of-turn")
    empty = both.ask("POST", f"/data-requests/{asks(both, anna)}/decision", {"granted": False, "answer": ""})
    assert problem(empty) == (422, "invalid")
    for _ in range(2):
        asks(both, anna)
    full = both.ask("POST", f"/people/{anna}/data-requests", {"kind": "erase"})
    assert problem(full) == (409, "full")


def test_a_granted_erasure_erases_and_leaves_no_request(both: Centre, anna: str) -> None:
    ident = asks(both, anna, "erase", "tutto")
    answer = both.ask("POST", f"/data-requests/{ident}/decision", {"granted": True, "answer": "Fatto."})
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Anna Neri" not in whole(both)
    assert tables_of(both, anna) == {"published", "erased"}
    assert both.ask("GET", f"/data-requests/{ident}").status_code == 404
    assert ("person", anna) not in both.feed(SITE)


def test_tokens_do_what_their_scopes_say_at_their_sites(both: Centre, anna: str) -> None:
    elsewhere = both.admit(OTHER, "Bruno")
    mine, theirs = asks(both, anna), asks(both, elsewhere)
    reads, writes = scoped(both, "data:read"), scoped(both, "data:write")
    listed = both.ask("GET", "/data-requests", Authorization=reads).json()["items"]
    assert [one["id"] for one in listed] == [mine]
    for path in (f"/data-requests/{theirs}", f"/people/{elsewhere}/consents", f"/people/{elsewhere}/archive"):
        assert problem(both.ask("GET", path, Authorization=reads)) == (404, "not-found"), path
    body = {"kind": "erase"}
    assert problem(both.ask("POST", f"/people/{anna}/data-requests", body, Authorization=reads))[0] == 403
    assert both.ask("POST", f"/people/{anna}/data-requests", body, Authorization=writes).status_code == 201
    decision = {"granted": True, "answer": "x"}
    asked = both.ask("POST", f"/data-requests/{mine}/decision", decision, Authorization=writes)
    assert problem(asked) == (403, "not-yours"), "to answer is to change people"
    both.ask("PUT", f"/sites/{OTHER}/rights/{anna}", {"zones": ["hall"]})
    archive = both.ask("GET", f"/people/{anna}/archive", Authorization=reads)
    assert problem(archive) == (403, "not-yours"), "whom another site knows too is given out by who may there"


def test_an_archive_is_given_out_and_its_look_and_author_noted(both: Centre, anna: str) -> None:
    asks(both, anna, said=FORMULA)
    plain = both.ask("GET", f"/people/{anna}/archive?form=json")
    assert plain.status_code == 200, plain.text
    told = plain.json()["tables"]
    assert [row["said"] for row in told["data_request"]] == [FORMULA]
    assert told["person"][0]["name"] == "Anna Neri"
    assert plain.headers["cache-control"] == "no-store"
    packed = both.ask("GET", f"/people/{anna}/archive")
    assert packed.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as files:
        page = files.read("index.html").decode()
        rows = list(csv.reader(io.StringIO(files.read("csv/data_request.csv").decode("utf-8-sig"), newline="")))
        assert json.loads(files.read("data.json"))["tables"]["person"] == told["person"]
    assert "<script>" not in page
    cell = dict(zip(*rows, strict=True))["said"]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), "no spreadsheet reckons with it"
    with both.database.read() as connection:
        looks = connection.execute(select(t.look.c.what, t.look.c.person)).all()
        given = connection.execute(select(act.c.kind).where(act.c.person == anna, act.c.kind == "archive-given-out"))
        assert len(given.all()) == 2
    assert looks == [("archive", anna)] * 2
    assert both.ask("GET", "/people/nobody/archive").status_code == 404


def test_a_consent_is_given_to_the_version_that_was_read_and_taken_back(both: Centre, anna: str) -> None:
    path = f"/people/{anna}/consents"
    before = {one["kind"]: one for one in both.ask("GET", path).json()["items"]}
    kind = next(iter(before))
    assert before[kind]["version"] is None
    assert before[kind]["italian"]
    assert problem(both.ask("PUT", f"{path}/{kind}", {"version": 2})) == (409, "out-of-turn")
    word = {"version": 1, "by": "guardian", "guardian": "Maria Tutrice"}
    given = both.ask("PUT", f"{path}/{kind}", word)
    after = {one["kind"]: one for one in given.json()["items"]}
    assert (after[kind]["version"], after[kind]["by"], after[kind]["guardian"]) == (1, "guardian", "Maria Tutrice")
    assert problem(both.ask("PUT", f"{path}/{kind}", {"version": 1, "by": "guardian"})) == (422, "invalid")
    only = scoped(both, "data:write")
    noted = both.ask("PUT", f"{path}/{kind}", word, Authorization=only)
    assert problem(noted) == (403, "not-yours"), "a guardian's word is noted by who may change people"
    assert both.ask("DELETE", f"{path}/{kind}").status_code == 204
    assert {one["kind"]: one["version"] for one in both.ask("GET", path).json()["items"]}[kind] is None
    assert problem(both.ask("PUT", f"{path}/unknown", {"version": 1})) == (404, "not-found")
