"""Every page of the centre that tests look at, and who looks: a new page adds its row, or a test fails.

``{account}`` in a path stands for somebody's account. Who looks: ``guida`` may everything, ``clara`` coordinates
Matera, ``socia`` what everybody may and no more, ``nuova`` is setting up a second step, ``prudente`` has one and is
asked for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count

from playwright.sync_api import Page

from tests.support.centre_sights_sites import SITES, SITES_NO_PAGES
from tests.support.centre_sights_staff import STAFF, STAFF_NO_PAGES
from tests.support.page_rules import Reader, Sight, send_at_once

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


def make_token(page: Page) -> None:
    """Make a token of one's own, which the page shows."""
    page.fill("#name", "Prova")
    page.select_option("#area-people", "read")
    send_at_once(page)


def be_wrong(page: Page) -> None:
    """Sign in as nobody."""
    page.fill("#login", "nessuna")
    page.fill("#password", "una parola qualunque")
    send_at_once(page)


SIGHTS: tuple[tuple[str, Sight], ...] = (
    ("guida", Sight("/sign-in", stranger=True)),
    ("guida", Sight("/sign-in?left=1", "/sign-in", stranger=True)),
    ("guida", Sight("/sign-in", status=403, first=be_wrong, stranger=True)),
    *(("guida", Sight(f"/papers/{one}", stranger=True)) for one in ("privacy", "minors", "accessibility")),
    ("guida", Sight("/")),
    ("socia", Sight("/")),
    ("guida", Sight("/account")),
    ("guida", Sight("/account/tokens")),
    ("guida", Sight("/account/tokens", status=422, first=send_at_once)),
    ("guida", Sight("/account/tokens", first=make_token, once=True)),
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
    *SITES,
    ("guida", Sight("/no-such-page", status=404)),
    ("guida", Sight("/no-such-page", status=404, stranger=True)),
)
NO_PAGES = (
    "/language/{language}",
    "/enrol/calls/{call}/events",
    "/me",
    "/me/data/hubout.json",
    "/me/data/hubout.zip",
    *STAFF_NO_PAGES,
    *SITES_NO_PAGES,
)
"""Ways on to another page, a stream, and files."""
ENROL = ("/enrol", "/enrol/people/{person}", "/enrol/badges/{badge}/lost", "/enrol/calls/{call}")
"""Routes that tests/registry/web/sights/test_enrol_sights.py looks at, by the same rules, in every state of a call."""
OF_THEIR_OWN = (*ENROL,)
"""Routes whose pages have tests of their own."""
SHARES = 4


def share(number: int) -> tuple[tuple[str, Sight], ...]:
    """One of the shares that the files of tests/registry/web/sights look at, in the order of the list: a page's picture
    is of its first sight.
    """
    return SIGHTS[number * len(SIGHTS) // SHARES : (number + 1) * len(SIGHTS) // SHARES]


def told(sights: Sequence[tuple[str, Sight]]) -> list[str]:
    """The tests' own names."""
    return [f"{who} {sight.name} {sight.status}" for who, sight in sights]


def found_wrong(reader: Reader, named: Mapping[str, str], sight: Sight) -> dict[str, object]:
    """What is wrong with a page of the centre, by rule, where ``named`` says what stands for something in its path."""
    path = sight.path
    for place, ident in named.items():
        path = path.replace(place, ident)
    return reader.faults(replace(sight, path=path))
