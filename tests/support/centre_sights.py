"""Every page of the centre that tests look at, and who looks: a new page adds its row, or a test fails.

``{account}`` in a path stands for somebody's account. Who looks: ``guida`` may everything, ``socia`` what everybody
may and no more, ``nuova`` is setting up a second step, ``prudente`` has one and is asked for it.
"""

from itertools import count

from playwright.sync_api import Page

from tests.support.centre_sights_staff import STAFF, STAFF_NO_PAGES
from tests.support.page_rules import Sight, send_at_once

_NUMBERS = count(1)


def lapse(page: Page) -> None:
    """Send a form whose token is not its session's."""
    page.eval_on_selector("main form[method=post] input[name=csrf]", "input => { input.value = 'x'.repeat(64); }")
    send_at_once(page)


def make_one(page: Page) -> None:
    """Make an account that nobody has yet."""
    page.fill("#login", f"nuova-{next(_NUMBERS)}")
    page.fill("#name", "Nuova Persona")
    send_at_once(page)


def be_wrong(page: Page) -> None:
    """Sign in as nobody."""
    page.fill("#login", "nessuna")
    page.fill("#password", "una parola qualunque")
    send_at_once(page)


SIGHTS: tuple[tuple[str, Sight], ...] = (
    ("guida", Sight("/sign-in", stranger=True)),
    ("guida", Sight("/sign-in", status=403, first=be_wrong, stranger=True)),
    ("guida", Sight("/")),
    ("socia", Sight("/")),
    ("guida", Sight("/account")),
    ("guida", Sight("/account/password")),
    ("guida", Sight("/account/password", status=403, first=send_at_once)),
    ("guida", Sight("/account/second")),
    ("nuova", Sight("/account/second")),
    ("nuova", Sight("/account/second", status=403, first=send_at_once)),
    ("prudente", Sight("/sign-in/second")),
    ("prudente", Sight("/sign-in/second", status=403, first=send_at_once)),
    ("guida", Sight("/accounts")),
    ("guida", Sight("/accounts?q=nobody-is-called-so")),
    ("socia", Sight("/accounts", status=403)),
    ("guida", Sight("/accounts/new")),
    ("guida", Sight("/accounts/new", status=422, first=send_at_once)),
    ("guida", Sight("/accounts/new", first=make_one, once=True)),
    ("guida", Sight("/accounts/new", status=403, first=lapse)),
    ("guida", Sight("/accounts/{account}", "/accounts/{account}")),
    *STAFF,
    ("guida", Sight("/no-such-page", status=404)),
    ("guida", Sight("/no-such-page", status=404, stranger=True)),
)
NO_PAGES = ("/language/{language}", "/enrol/calls/{call}/events", "/me", "/me/data/hubout.json", *STAFF_NO_PAGES)
"""Ways on to another page, a stream, and files."""
ENROL = ("/enrol", "/enrol/people/{person}", "/enrol/badges/{badge}/lost", "/enrol/calls/{call}")
"""Routes that tests/registry/web/test_enrol_sights.py looks at, by the same rules, in every state of a call."""
OF_THEIR_OWN = (*ENROL,)
"""Routes whose pages have tests of their own."""
