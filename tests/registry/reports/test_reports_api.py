"""Published reports by the API: figures that identify nobody, and their files, for partners too (P7)."""

import pytest

from registry.edit import editing
from registry.reports import kept
from registry.reports.periods import named
from tests.support.centres import NINE_MS, Centre, problem


@pytest.fixture
def published(both: Centre) -> Centre:
    with editing(both.database, NINE_MS) as edit:
        for name in ("2024", "2025-q1"):
            kept.publish(edit, kept.draft(edit.connection, named(name), NINE_MS))
    return both


def test_reports_are_listed_and_one_is_given_whole_and_as_files(published: Centre) -> None:
    items = published.ask("GET", "/reports").json()["items"]
    assert items == [{"period": name, "made_ms": NINE_MS} for name in ("2025-q1", "2024")]
    one = published.ask("GET", "/reports/2024").json()
    with published.database.read() as connection:
        made = kept.one(connection, named("2024"))
    assert one["period"] == "2024"
    assert [table["name"] for table in one["tables"]] == [table.name for table in made.tables]
    begins = {"pdf": b"%PDF", "xlsx": b"PK", "csv": b"", "excel": b"\xef\xbb\xbf"}
    for form, first in begins.items():
        answer = published.ask("GET", f"/reports/2024/file?form={form}")
        assert answer.status_code == 200
        assert answer.content.startswith(first), form
        assert answer.headers["content-disposition"].startswith('attachment; filename="rendiconto-2024.')


def test_what_is_not_published_is_not_there_and_what_is_no_period_is_said(published: Centre) -> None:
    for path in ("/reports/2023", "/reports/2025", "/reports/x", "/reports/2023/file"):
        assert problem(published.ask("GET", path)) == (404, "not-found"), path
    assert problem(published.ask("GET", "/reports/2024/file?form=doc")) == (422, "invalid")


def test_a_partners_token_reads_reports_and_nothing_else(published: Centre) -> None:
    body = {"name": "partner", "scopes": ["aggregates:read"], "service": True}
    token = f"Bearer {published.made('/tokens', body)['token']}"
    assert published.ask("GET", "/reports/2024", Authorization=token).status_code == 200
    assert problem(published.ask("GET", "/people", Authorization=token)) == (403, "not-yours")
