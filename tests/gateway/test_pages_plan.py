"""The plan's editor by the real pages process: drawn by numbers and by dragging, shown live, undone, logged."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from access.events import StaffActed
from pages.plan import Place, layout
from tests.support.browser import Watched, launch, sign_in
from tests.support.live_day import busy
from tests.support.live_pages import CODE, Pages, running, wait_until

DESKS = [f"desk:d{n:02}" for n in range(1, 25)]


@pytest.fixture
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with running(tmp_path_factory.mktemp("pages")) as made:
        made.gateway.publish(busy())
        wait_until(lambda: httpx.get(f"{made.url}/readyz").status_code == 200, "the first snapshot is read")
        yield made


@pytest.fixture
def staff(pages: Pages) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=pages.url, headers={"accept-language": "it"}) as client:
        assert client.post("/sign-in", data={"name": "Paola", "code": CODE}).status_code == 303
        yield client


def fields(staff: httpx.Client) -> dict[str, str]:
    page = staff.get("/plan").text
    found = re.findall(r'name="([xy]-[^"]+)" value="(\d*)"', page)
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert token is not None
    return {"csrf": token.group(1), **dict(found)}


def drawn_at(staff: httpx.Client) -> dict[str, str]:
    page = unescape(staff.get("/").text)
    return {name: at for at, name in re.findall(r'transform="translate\((\d+ \d+)\)"><title>(.*?): ', page)}


def test_what_is_drawn_anew_is_live_logged_and_can_be_undone(staff: httpx.Client, pages: Pages) -> None:
    before = drawn_at(staff)
    given = fields(staff)
    assert {key for key in given if key.startswith("x-desk")} == {f"x-{key}" for key in DESKS}
    assert given["x-door:ingresso"] == ""
    given |= {"x-desk:d01": "1500", "y-desk:d01": "900", "x-door:ingresso": "0", "y-door:ingresso": "300"}
    assert staff.post("/plan", data=given).headers["location"] == "/plan"
    pages.gateway.expect(StaffActed("plan-drawn", "Paola", "posizioni cambiate: 25"))
    assert "Pianta salvata." in staff.get("/plan").text
    after = drawn_at(staff)
    assert "Ingresso" in after
    assert after["Postazione 1"] != before["Postazione 1"]
    assert staff.post("/plan/undo", data={"csrf": given["csrf"]}).status_code == 303
    pages.gateway.expect(StaffActed("plan-undone", "Paola"))
    assert drawn_at(staff) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"x-desk:d01": ""},
        {"x-desk:d01": "-1"},
        {"x-desk:d01": "1.5"},
        {"y-desk:d02": "10001"},
        {"x-desk:d01": "²"},
        {"x-door:ingresso": "5"},
        {"x-desk:d01": "9" * 300},
    ],
)
def test_a_place_that_is_none_is_said_and_nothing_changes(
    staff: httpx.Client, pages: Pages, wrong: dict[str, str]
) -> None:
    answer = staff.post("/plan", data={**fields(staff), **wrong})
    assert (answer.status_code, answer.text.count('aria-invalid="true"')) == (422, 2)
    assert "Scrivi due numeri interi da 0 a 10000" in answer.text
    assert pages.gateway.asked == []
    assert not (pages.folder / "plan.json").exists()


def test_strangers_other_forms_and_a_silent_gateway_draw_nothing(staff: httpx.Client, pages: Pages) -> None:
    given = fields(staff)
    for path in ("/plan", "/plan/undo"):
        assert httpx.post(f"{pages.url}{path}", data=given).headers["location"] == "/sign-in"
        assert staff.post(path, data={"csrf": "x", "x-desk:d01": "5"}).status_code == 403
    pages.gateway.stop()
    wait_until(lambda: httpx.get(f"{pages.url}/readyz").status_code == 503, "the gateway is silent")
    staff.post("/plan", data={**given, "x-desk:d01": "5"})
    assert "non è stato fatto nulla" in unescape(staff.get("/plan").text)
    assert not (pages.folder / "plan.json").exists()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def test_a_desk_is_dragged_and_its_numbers_follow(browser: Browser, pages: Pages) -> None:
    watched = Watched(pages.url.removeprefix("http://"))
    page = watched.watch(browser.new_page(locale="it-IT"))
    sign_in(page, pages.url)
    page.goto(f"{pages.url}/plan")
    number = page.get_by_label("Da sinistra: Postazione 1", exact=True)
    was = int(number.input_value())
    box = page.locator("[data-key='desk:d01'] rect").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 150, box["y"] + box["height"] / 2 + 60, steps=4)
    page.mouse.up()
    assert int(number.input_value()) > was
    page.get_by_role("button", name="Salva la pianta").click()
    expect(page.locator(".alert-success")).to_have_text("Pianta salvata.")
    page.get_by_role("button", name="Torna alla pianta di prima").click()
    expect(page.locator(".alert-success")).to_have_text("È di nuovo la pianta di prima.")
    assert int(number.input_value()) == was
    page.close()
    assert (watched.strayed, watched.complaints) == ([], [])


def test_doors_are_drawn_in_the_same_units_as_desks_and_only_where_they_have_a_place() -> None:
    desks = [Place("a", "sala", 0, 0), Place("b", "sala", 50, 0)]
    plan = layout(desks, [Place("front", "", 0, 50), Place("back", "", None, None)])
    (a, b), (front,) = plan.spots, plan.doors
    assert (b.x - a.x, front.x - a.x, front.y - a.y) == (100, 0, 100)
    assert front.y < plan.height
    assert layout([], [Place("front", "", 5, 5)]).doors[0].id == "front"
