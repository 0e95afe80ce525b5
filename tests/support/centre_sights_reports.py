"""The pages of the funder's reports that tests look at: published, made, and published in passing over what is open."""

from playwright.sync_api import Page

from registry.edit import editing
from registry.reports import kept
from registry.reports.periods import Period
from tests.support.centres import Centre
from tests.support.fixed_day import wall_ms
from tests.support.page_rules import Sight

_DRAFT = "/reports-new?period=2025-q1"
_FORM = "form[action='/reports-new']"


def reported(running: Centre) -> None:
    """Publish a report of a year of long ago."""
    with running.database.read() as connection:
        made = kept.draft(connection, Period(2024), wall_ms())
    with editing(running.database, wall_ms()) as edit:
        kept.publish(edit, made)


def make_draft(page: Page) -> None:
    """Have the draft of a report made, and wait for it."""
    page.click("form[action='/reports-make'] button")
    page.wait_for_selector(_FORM)


def publish_in_passing(page: Page) -> None:
    """Publish a draft, made or to be made, without a word on what is not sealed."""
    if page.query_selector(_FORM) is None:
        make_draft(page)
    with page.expect_navigation():
        page.evaluate("f => { f.noValidate = true; f.requestSubmit(); }", page.query_selector(_FORM))


REPORTS: tuple[tuple[str, Sight], ...] = (
    ("guida", Sight("/reports")),
    ("socia", Sight("/reports", status=403)),
    ("guida", Sight("/reports/2024", "/reports/{period}")),
    ("guida", Sight("/reports-how")),
    ("guida", Sight(_DRAFT)),
    ("guida", Sight(_DRAFT, first=make_draft)),
    ("guida", Sight(_DRAFT, status=422, first=publish_in_passing)),
)
