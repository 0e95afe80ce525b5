"""The Digital Angels' desk: hours and visits in a few taps, corrections beside, the month's sheet, and no citizen."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select, update

from access.clock import DAY_MS, MINUTE_MS
from access.facts import VisitBegan, VisitEnded
from registry.retention.purge import purge
from registry.tables import core as t
from tests.support import pictures
from tests.support.centre_sights_desk import angel_at
from tests.support.centres import HOUR_MS, NINE_MS, Centre
from tests.support.faces import Reader, account, reader
from tests.support.log_rows import rows_of, sent
from tests.support.pdf import pdf_text

MONTH = "month=2026-11"
SPAN = {"start": "2026-11-23T09:00", "end": "2026-11-23T11:00"}


@pytest.fixture
def angel(both: Centre) -> str:
    return angel_at(both, "Angela", "matera")


@pytest.fixture
def angela(both: Centre, angel: str) -> Iterator[Reader]:
    account(both, "angela", person=angel)
    with reader(both) as opened:
        opened.signed_in("angela")
        yield opened


@pytest.fixture
def clara(both: Centre, angel: str) -> Iterator[Reader]:
    account(both, "clara", role="coordinator", site="matera")
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


def text_of(pdf: bytes) -> str:
    return " ".join(pdf_text(pdf).split())


def rows(both: Centre, name: str) -> list[dict[str, object]]:
    table = {"hours": t.service_entry, "visits": t.desk_visit}[name]
    with both.database.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(table).order_by(table.c.at_ms, table.c.id))]


def kinds(both: Centre) -> list[str]:
    return [one["kind"] for one in both.ask("GET", "/audit?limit=100").json()["items"]]


def test_an_angel_is_led_to_their_own_month_and_writes_hours_and_a_visit(
    both: Centre, angela: Reader, angel: str
) -> None:
    page = angela.look("/service")
    assert page.url.path == f"/service/{angel}"
    assert "Whom you helped is not written" in page.text
    done = angela.followed(f"/service/{angel}/hours", ledger="team", **SPAN, month="2026-11")
    assert "In the month: 2 h 00 min for teams, 0 h 00 min for citizens, 2 h 00 min altogether." in done.text
    angela.followed(f"/service/{angel}/visits", kind="identity", minutes="20")
    (hours,), (visit,) = rows(both, "hours"), rows(both, "visits")
    assert (hours["site"], hours["ledger"], hours["end_ms"]) == ("matera", "team", NINE_MS + 2 * HOUR_MS)
    assert (visit["site"], visit["kind"], visit["minutes"], visit["person"]) == ("matera", "identity", 20, angel)
    assert not {"name", "note", "purpose"} & set(visit), "a visit has no field for words"
    assert {"service-written", "desk-visit-written"} <= set(kinds(both))


@pytest.mark.parametrize(
    ("path", "fields", "says"),
    [
        ("hours", {"ledger": "team", "start": "2026-11-23T11:00", "end": "2026-11-23T09:00"}, "end-wrong"),
        ("hours", {"ledger": "", **SPAN}, "ledger-wrong"),
        ("hours", {"ledger": "team", "start": "", "end": "2026-11-23T09:00"}, "start-wrong"),
        ("visits", {"kind": "fortune", "minutes": "20"}, "kind-wrong"),
        ("visits", {"kind": "work", "minutes": "481"}, "minutes-wrong"),
        ("visits", {"kind": "work", "minutes": "20", "site": "cinisello"}, "Choose one of them"),
    ],
)
def test_what_cannot_be_written_is_told_beside_its_field_and_kept(
    both: Centre, angela: Reader, angel: str, path: str, fields: dict[str, str], says: str
) -> None:
    angela.look(f"/service/{angel}")
    answer = angela.sent(f"/service/{angel}/{path}", **fields)
    assert answer.status_code == 422
    assert says in answer.text or "cinisello" in fields.values()
    assert rows(both, "hours") == rows(both, "visits") == []


def test_an_hour_is_given_once_in_either_ledger(both: Centre, angela: Reader, angel: str) -> None:
    angela.look(f"/service/{angel}")
    angela.followed(f"/service/{angel}/hours", ledger="team", **SPAN)
    answer = angela.sent(f"/service/{angel}/hours", ledger="citizen", **SPAN)
    assert answer.status_code == 422
    assert "an hour is given once" in answer.text
    assert len(rows(both, "hours")) == 1


def test_an_angel_sees_and_writes_their_own_alone_and_sets_no_target(both: Centre, angela: Reader, angel: str) -> None:
    other = angel_at(both, "Altra", "matera")
    for path in (f"/service/{other}", f"/service/{other}/file/pdf", "/service-sheets/matera/file/pdf"):
        assert angela.look(path).status_code in {403, 404}, path
    angela.look(f"/service/{angel}")
    assert angela.sent(f"/service/{other}/hours", ledger="team", **SPAN).status_code in {403, 404}
    assert angela.sent(f"/service/{angel}/target", hours="1", team="50").status_code == 403
    assert rows(both, "hours") == []


def test_a_correction_stands_beside_what_it_corrects_with_reason_and_author(
    both: Centre, angela: Reader, clara: Reader, angel: str
) -> None:
    angela.look(f"/service/{angel}")
    angela.followed(f"/service/{angel}/hours", ledger="team", **SPAN)
    angela.followed(f"/service/{angel}/visits", kind="work", minutes="45")
    (wrong,), (visit,) = rows(both, "hours"), rows(both, "visits")
    path = f"/service/{angel}/hours/{wrong['id']}"
    clara.look(path)
    assert clara.sent(path, ledger="citizen", **SPAN).status_code == 422, "a correction has a reason"
    clara.followed(path, ledger="citizen", **SPAN, reason="Era per i cittadini")
    clara.look(f"/service/{angel}/visits/{visit['id']}")
    clara.followed(f"/service/{angel}/visits/{visit['id']}", out="1", reason="Scritta due volte")
    before, after = sorted(rows(both, "hours"), key=lambda row: not row["void"])
    assert (before["void"], before["ledger"], before["reason"]) == (True, "team", "Era per i cittadini")
    assert (after["void"], after["ledger"], after["replaces"]) == (False, "citizen", before["id"])
    assert before["void_by"] == after["author"] != before["author"]
    page = clara.look(f"/service/{angel}?{MONTH}").text
    assert "taken out of the account by Clara on" in page
    assert "corrects a row that was taken out" in page
    assert "In the month: 0 h 00 min for teams, 2 h 00 min for citizens" in page
    assert clara.sent(path, ledger="team", **SPAN, reason="Ancora").status_code == 422, "what is out is corrected once"


def test_what_an_angel_owes_is_set_by_staff_and_counted_since_the_beginning(
    both: Centre, clara: Reader, angel: str
) -> None:
    before = NINE_MS - 40 * DAY_MS
    both.made(f"/people/{angel}/service", {"ledger": "team", "start_ms": before, "end_ms": before + HOUR_MS})
    clara.look(f"/service/{angel}/target")
    assert clara.sent(f"/service/{angel}/target", hours="", team="50", revision="0").status_code == 422
    clara.followed(f"/service/{angel}/target", hours="10", team="60", revision="0")
    assert clara.sent(f"/service/{angel}/target", hours="12", team="60", revision="0").status_code == 412
    page = clara.look(f"/service?site=matera&{MONTH}").text
    assert "1 h 00 min / 10 h 00 min" in " ".join(page.split())
    assert "5 h 00 min for teams, 4 h 00 min for citizens" in page


@pytest.fixture
def helped(both: Centre, clara: Reader, angel: str) -> Reader:
    """A month with hours in both ledgers, one over midnight into the next, visits, and one by the site's own log."""
    clara.look(f"/service/{angel}")
    clara.followed(f"/service/{angel}/hours", ledger="team", note="Falchi", **SPAN)
    night = {"start": "2026-11-30T23:30", "end": "2026-12-01T00:30"}
    clara.followed(f"/service/{angel}/hours", ledger="citizen", **night)
    for kind, minutes in (("work", "30"), ("work", "15"), ("health", "60")):
        clara.followed(f"/service/{angel}/visits", kind=kind, minutes=minutes)
    facts = (VisitBegan("v1", "hall", "Bice", "Aiuto a un cittadino: Carla Cittadina"), VisitEnded("v1", "Bice"))
    answer = both.as_gateway("matera", "POST", "/events", sent(rows_of(*facts, site="matera"), "matera"))
    assert answer.status_code == 200, answer.text
    with both.database.write() as connection:
        span = {"start_ms": NINE_MS, "end_ms": NINE_MS + 25 * MINUTE_MS}
        connection.execute(t.visit.update().values(**span))
        connection.execute(t.desk_visit.update().values(start_ms=NINE_MS))
    return clara


def test_the_monthly_sheet_says_hours_and_visits_and_has_places_to_sign(
    helped: Reader, both: Centre, angel: str
) -> None:
    with both.database.write() as connection:
        connection.execute(update(t.site).where(t.site.c.id == "matera").values(municipality="Comune di Matera"))
    sheet = helped.http.get(f"/service-sheets/matera/file/pdf?{MONTH}").content
    pictures.paper("monthly-sheet", sheet)
    said = text_of(sheet)
    for words in (
        "Comune di Matera",
        "Foglio mensile dello sportello, novembre 2026",
        "Nel mese: 2 h 00 min per le squadre, 0 h 30 min per i cittadini, in tutto 2 h 30 min.",
        "lavoro e curriculum 2 45",
        "servizi sanitari 1 60",
        "In tutto 3 105",
        "Visite registrate in sede",
        "Aiuto a un cittadino 1 25",
        "Firma del Digital Angel",
        "Verificato dal coordinamento",
        "pagina 1 di",
    ):
        assert words in said, said
    assert "Cittadina" not in said + helped.look(f"/service?site=matera&{MONTH}").text, "what staff typed of a visit"
    own = text_of(helped.http.get(f"/service/{angel}/file/pdf?{MONTH}").content)
    assert "Angela" in own
    assert "Visite registrate in sede" not in own
    december = text_of(helped.http.get(f"/service/{angel}/file/pdf?month=2026-12").content)
    assert "0 h 30 min per i cittadini" in december


def test_the_sheet_as_a_table_has_every_row_and_no_formula(helped: Reader, both: Centre, angel: str) -> None:
    span = {"start_ms": NINE_MS + 4 * HOUR_MS, "end_ms": NINE_MS + 5 * HOUR_MS}
    both.made(f"/people/{angel}/service", {"ledger": "team", **span, "note": "=1+1"})
    plain = helped.http.get(f"/service-sheets/matera/file/csv?{MONTH}").text.splitlines()
    assert len(plain) == 1 + 3 + 3
    assert "2026-11-23,09:00,11:00,120,Falchi" in plain[1]
    assert not any(cell.startswith("=") for line in plain for cell in line.split(","))
    excel = helped.http.get(f"/service/{angel}/file/excel?{MONTH}").content
    assert excel.startswith(b"\xef\xbb\xbf")
    assert b"23/11/2026;09:00" in excel
    with ZipFile(BytesIO(helped.http.get(f"/service/{angel}/file/xlsx?{MONTH}").content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>120</v>" in sheet
    assert "desk-sheet-given-out" in kinds(both)


def test_the_purge_takes_the_names_and_leaves_the_totals(helped: Reader, both: Centre, angel: str) -> None:
    later = NINE_MS + 60 * DAY_MS
    before = text_of(helped.http.get(f"/service-sheets/matera/file/pdf?{MONTH}").content)
    gone = purge(both.database, later, "test")
    assert (gone["service_entry"], gone["desk_visit"]) == (2, 3)
    assert purge(both.database, later, "test") == {}
    for row in (*rows(both, "hours"), *rows(both, "visits")):
        assert (row["person"], row["author"], row.get("note", "")) == (None, "", "")
    with both.database.read() as connection:
        assert connection.execute(select(t.visit.c.host, t.visit.c.purpose)).one() == ("", "")
    helped.signed_in("clara")
    after = text_of(helped.http.get(f"/service-sheets/matera/file/pdf?{MONTH}").content)
    for words in ("2 h 00 min per le squadre, 0 h 30 min per i cittadini", "In tutto 3 105", "1 25"):
        assert words in before
        assert words in after
    assert "Ore senza più un nome" in after


def test_hours_count_for_the_funder_until_every_programme_is_closed(helped: Reader, both: Centre) -> None:
    both.made("/programmes", {"id": "open", "name": "Aperto", "zones": {}})
    gone = purge(both.database, NINE_MS + 400 * DAY_MS, "test")
    assert (gone["service_entry"], gone["desk_visit"]) == (0, 0)
