"""The pages of the funder's reports: coordinators publish one, partners see what is published and nothing else."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import select, update

from bench.funded_year import Size, live
from pages import languages, look
from registry.registers.papers import OWN_WORDS
from registry.reports import kept
from registry.reports.paper import METHOD
from registry.reports.periods import Period
from registry.tables import core as t
from tests.support import pictures
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader
from tests.support.house import ROOT
from tests.support.pdf import pdf_text
from tests.support.reports_made import drafted, publish

FEW = Size((12, 9, 3, 7, 6, 5), desks=2, angels=6, days=20)


@pytest.fixture
def funded(empty: Centre) -> Centre:
    """Two sites with a beginning of 2025."""
    live(empty.registry, FEW)
    account(empty, "clara", person=empty.made("/people", {"name": "Clara"})["id"], role="coordinator", site="matera")
    account(empty, "paola", person=empty.made("/people", {"name": "Paola"})["id"], role="partner", site="matera")
    account(empty, "socia", person=empty.made("/people", {"name": "Socia"})["id"])
    return empty


@pytest.fixture
def clara(funded: Centre) -> Iterator[Reader]:
    with reader(funded) as opened:
        opened.signed_in("clara")
        yield opened


@pytest.fixture
def paola(funded: Centre) -> Iterator[Reader]:
    with reader(funded) as opened:
        opened.signed_in("paola")
        yield opened


def published(clara: Reader) -> str:
    return publish(clara, drafted(clara, "2025-q1")).text


def test_a_coordinator_sees_a_draft_publishes_it_and_it_is_noted_who_did(funded: Centre, clara: Reader) -> None:
    assert "No report is published" in clara.look("/reports").text
    draft = drafted(clara, "2025-q1")
    assert "First quarter of 2025" in draft
    assert "not said, for confidentiality" in draft
    assert "The report is published." in published(clara)
    assert "First quarter of 2025" in clara.look("/reports").text
    said = funded.ask("GET", "/audit?limit=100").json()["items"]
    assert [one["what"] for one in said if one["kind"] == "report-published"] == ["2025-q1"]
    assert 'value="2025"' not in clara.look("/reports-new").text, "the whole year shares its days"
    assert clara.sent("/reports-make", period="2025").status_code == 409
    assert clara.sent("/reports-make").status_code == 422


def test_a_partner_sees_what_is_published_and_nothing_else(clara: Reader, paola: Reader) -> None:
    published(clara)
    home = paola.look("/").text
    assert 'href="/reports"' in home
    for path in (
        "/people",
        "/hours",
        "/registers",
        "/sessions",
        "/bookings",
        "/audit",
        "/sites",
        "/use",
        "/exports/people",
    ):
        assert f'href="{path}"' not in home
        assert paola.look(path).status_code in {403, 404}, path
    assert "First quarter of 2025" in paola.look("/reports").text
    assert paola.look("/reports/2025-q1").status_code == 200
    assert paola.look("/reports-how").status_code == 200
    assert paola.look("/reports/2025-q1/file/csv").status_code == 200
    assert "/reports-new" not in paola.look("/reports").text
    assert paola.look("/reports-new?period=2025-q2").status_code == 403
    for path in ("/reports-new", "/reports-make"):
        assert paola.sent(path, period="2025-q2").status_code == 403
    assert paola.look("/reports/2025-q2").status_code == 404


def test_whoever_is_no_partner_and_no_staff_sees_no_report(funded: Centre, clara: Reader) -> None:
    published(clara)
    with reader(funded) as socia:
        socia.signed_in("socia")
        for path in ("/reports", "/reports/2025-q1", "/reports/2025-q1/file/pdf", "/reports-how", "/reports-new"):
            assert socia.look(path).status_code == 403, path


def test_every_form_says_the_same_and_names_nobody(funded: Centre, clara: Reader) -> None:
    with funded.database.write() as connection:
        connection.execute(update(t.programme).where(t.programme.c.id == "lab").values(name="=1+1"))
        names = list(connection.execute(select(t.person.c.name)).scalars())
        connection.execute(update(t.site).where(t.site.c.id == "matera").values(municipality="Comune di Matera"))
    published(clara)
    files = {form: clara.http.get(f"/reports/2025-q1/file/{form}").content for form in ("pdf", "xlsx", "excel", "csv")}
    pictures.paper("report", files["pdf"])
    paper = pdf_text(files["pdf"])
    plain = list(csv.reader(io.StringIO(files["csv"].decode())))
    excel = list(csv.reader(io.StringIO(files["excel"].decode("utf-8-sig")), delimiter=";"))
    with zipfile.ZipFile(io.BytesIO(files["xlsx"])) as book:
        sheets = {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xml")}
    total = next(row for row in plain if row[1:4] == ["Partecipanti e ore di formazione", "Totale", "Partecipanti"])
    assert total[4] == "42"
    assert len(plain) == len(excel)
    hours = next(row[4] for row in plain if row[2] == "Totale" and row[3] == "Ore frequentate")
    assert next(row[4] for row in excel if row[2] == "Totale" and row[3] == "Ore frequentate") == hours.replace(
        ".", ","
    )
    for words in (
        "Rendiconto delle attività",
        "Cinisello Balsamo · Comune di Matera",
        "1º trimestre 2025",
        "pagina 1 di",
        "Per il coordinamento",
        "Totale Matera",
    ):
        assert words in paper, words
    assert not any("<f>" in sheet for sheet in sheets.values()), "no cell is a formula"
    assert not any(cell.startswith("=") for row in (*plain, *excel) for cell in row)
    everything = [paper, files["csv"].decode(), *sheets.values()]
    assert not [name for name in names if len(name) > 4 and any(name in one for one in everything)]


def test_the_page_of_figures_says_what_the_papers_say_and_so_do_the_docs(clara: Reader) -> None:
    page = unescape(clara.look("/reports-how").text)
    words = languages.load((look.SHARED_WORDS, OWN_WORDS))["en"].phrases
    assert [name for name in METHOD if words[f"reports.how.{name}"] not in page] == []
    docs = " ".join((ROOT / "docs" / "reports.md").read_text(encoding="utf-8").split())
    for name in METHOD:
        assert words[f"reports.how.{name}"] in docs, name


def test_what_is_kept_holds_no_person(funded: Centre, clara: Reader) -> None:
    published(clara)
    with funded.database.read() as connection:
        body = connection.execute(select(t.report.c.body)).scalar_one()
        people = list(connection.execute(select(t.person.c.id)).scalars())
        made = kept.one(connection, Period(2025, 1))
    assert not [who for who in people if f'"{who}"' in body]
    assert set(json.loads(body)) == {"period", "made_ms", "names", "tables"}
    assert made.names["site"] == {"cinisello": "Cinisello Balsamo", "matera": "Matera"}
