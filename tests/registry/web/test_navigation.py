"""What the centre's pages lead to: to each what opens to them and nothing else, in groups where a row would not do."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from registry.guard.areas import Role
from registry.web.navigation import IN_A_ROW, MENU
from tests.support.browser import launch
from tests.support.centres import Centre, centre
from tests.support.faces import PASSWORD, account, reader
from tests.support.menus import choose
from tests.support.page_rules import NARROW

NAV = re.compile(r'<nav class="hub-nav".*?</nav>', re.DOTALL)
PATHS = [entry.path for entry in MENU.entries]


def nav(page: str) -> str:
    found = NAV.search(page)
    assert found is not None
    return found[0]


def led_to(page: str) -> list[str]:
    return re.findall(r'href="([^"]+)"', nav(page))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre on SQLite with an administrator: what a page leads to does not come from the kind of database."""
    folder = tmp_path_factory.mktemp("centre")
    with centre(f"sqlite:///{folder}/registry.db", folder / "keys") as made:
        made.add_site("matera")
        account(made, "ada", person=made.made("/people", {"name": "Ada"})["id"], administrator="1")
        yield made


@pytest.mark.parametrize("role", Role)
def test_each_role_is_led_to_what_opens_to_it_and_to_nothing_else(place: Centre, role: Role) -> None:
    person = place.made("/people", {"name": role.title()})["id"]
    held = {"administrator": "1"} if role is Role.ADMINISTRATOR else {"role": role, "site": "matera"}
    account(place, role, person=person, **({} if role is Role.PARTICIPANT else held))
    with reader(place) as browser:
        shown = led_to(browser.signed_in(role).text)
        opens = [path for path in PATHS if browser.look(path).status_code == 200]
    assert shown == opens
    assert len(shown) == len(set(shown))


def test_an_administrator_finds_every_page_in_its_group_and_a_participant_theirs_in_a_row(place: Centre) -> None:
    account(place, "bice", person=place.made("/people", {"name": "Bice"})["id"])
    with ExitStack() as opened:
        ada = opened.enter_context(reader(place)).signed_in("ada").text
        assert led_to(ada) == PATHS
        assert nav(ada).count("<summary") == len(MENU.groups)
        bice = opened.enter_context(reader(place)).signed_in("bice").text
        assert 0 < len(led_to(bice)) <= IN_A_ROW
        assert "<summary" not in nav(bice)


def test_the_group_and_the_page_where_one_is_are_marked(place: Centre) -> None:
    with reader(place) as browser:
        browser.signed_in("ada")
        there = nav(browser.look("/people-new").text + browser.look("/sites/matera").text)
        assert "aria-current" not in there
        there = nav(browser.look("/sites/matera").text)
        assert '<summary aria-current="true">Today' in there
        assert '<a href="/sites" aria-current="page">' in there
        assert there.count("aria-current") == 2


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(place: Centre, request: pytest.FixtureRequest) -> Iterator[Page]:
    address = str(place.http.base_url).rstrip("/")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(locale="it", base_url=address, java_script_enabled=request.param)
        opened = context.new_page()
        opened.goto("/sign-in")
        opened.fill("#login", "ada")
        opened.fill("#password", PASSWORD)
        opened.keyboard.press("Enter")
        opened.wait_for_url(f"{address}/")
        yield opened
        browser.close()


def test_the_groups_open_one_at_a_time_by_keyboard_with_and_without_scripts(page: Page) -> None:
    first, second = page.locator("nav details").nth(0), page.locator("nav details").nth(1)
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(first.locator("a").first).to_be_visible()
    second.locator("summary").press("Enter")
    expect(second.locator("a").first).to_be_visible()
    expect(first.locator("a").first).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people")
    page.set_viewport_size(NARROW)
    choose(page, "/audit")
    page.wait_for_url("**/audit")


@pytest.mark.parametrize("page", [True], indirect=True)
def test_an_open_group_closes_by_escape_and_by_whatever_is_done_elsewhere(page: Page) -> None:
    group = page.locator("nav details").first
    group.locator("summary").click()
    group.locator("a").first.focus()
    page.keyboard.press("Escape")
    expect(group.locator("a").first).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    for elsewhere in ("#header-search", "h1"):
        group.locator("summary").click()
        expect(group.locator("a").first).to_be_visible()
        page.locator(elsewhere).click()
        expect(group.locator("a").first).to_be_hidden()
