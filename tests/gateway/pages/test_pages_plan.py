"""The plan's editor by the real pages process: drawn by numbers and by dragging, shown live, undone, logged."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from access.events import StaffActed
from pages.plan import Given, Place, layout
from tests.support.browser import Watched, launch, sign_in
from tests.support.live_day import busy, furnished
from tests.support.live_pages import Pages, showing, wait_until

DESKS = [f"desk:d{n:02}" for n in range(1, 25)]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with showing(tmp_path_factory.mktemp("pages"), busy()) as made:
        yield made


def fields(staff: httpx.Client) -> dict[str, str]:
    page = staff.get("/plan").text
    found = re.findall(r'name="((?:x|y|width|height)-[^"]+)" value="(\d*)"', page)
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert token is not None
    return {"csrf": token.group(1), **dict(found)}


def drawing_in(pages: Pages) -> bytes:
    path = pages.folder / "plan.json"
    return path.read_bytes() if path.exists() else b""


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


def test_a_zone_and_a_room_are_drawn_and_a_zone_without_numbers_goes_back_around_its_desks(
    staff: httpx.Client, pages: Pages
) -> None:
    pages.gateway.publish(furnished())
    wait_until(lambda: "Saletta" in staff.get("/plan").text, "the room is known")
    given = fields(staff)
    assert {given[f"{axis}-zone:sala"] for axis in ("width", "height")} == {"800", "200"}
    given |= {"width-room:saletta": "333", "height-room:saletta": "111"}
    given |= {f"{axis}-zone:lab": "" for axis in ("x", "y", "width", "height")}
    assert staff.post("/plan", data=given).headers["location"] == "/plan"
    page = unescape(staff.get("/").text)
    assert re.search(r'<title>Saletta: prenotata</title><rect class="top" width="333" height="111"', page)
    again = fields(staff)
    assert (again["width-zone:lab"], again["width-zone:sala"]) == ("", "800")
    assert page.count('<rect class="zone"') == 2
    assert staff.post("/plan/undo", data={"csrf": given["csrf"]}).status_code == 303
    pages.gateway.publish(busy())
    wait_until(lambda: "Saletta" not in staff.get("/plan").text, "the room is no more")


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
        {"x-zone:sala": "5"},
        {"x-zone:sala": "5", "y-zone:sala": "5", "width-zone:sala": "300", "height-zone:sala": "19"},
    ],
)
def test_a_place_that_is_none_is_said_and_nothing_changes(
    staff: httpx.Client, pages: Pages, wrong: dict[str, str]
) -> None:
    before, asked = drawing_in(pages), list(pages.gateway.asked)
    answer = staff.post("/plan", data={**fields(staff), **wrong})
    numbers = 4 if any("zone" in key for key in wrong) else 2
    assert (answer.status_code, answer.text.count('aria-invalid="true"')) == (422, numbers)
    assert "scrivi tutti i numeri, interi da 0 a 10000; larghezza e altezza almeno 20" in answer.text
    assert pages.gateway.asked == asked
    assert drawing_in(pages) == before


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
    plan = layout(desks, Given((Place("front", "", 0, 50), Place("back", "", None, None))))
    (a, b), (front,) = plan.spots, plan.doors
    assert (b.x - a.x, front.x - a.x, front.y - a.y) == (100, 0, 100)
    assert front.y < plan.height
    assert layout([], Given((Place("front", "", 5, 5),))).doors[0].id == "front"


def test_strangers_other_forms_and_a_silent_gateway_draw_nothing(staff: httpx.Client, pages: Pages) -> None:
    before, given = drawing_in(pages), fields(staff)
    for path in ("/plan", "/plan/undo"):
        assert httpx.post(f"{pages.url}{path}", data=given).headers["location"] == "/sign-in"
        assert staff.post(path, data={"csrf": "x", "x-desk:d01": "5"}).status_code == 403
    pages.gateway.stop()
    wait_until(lambda: httpx.get(f"{pages.url}/readyz").status_code == 503, "the gateway is silent")
    staff.post("/plan", data={**given, "x-desk:d01": "5"})
    assert "non è stato fatto nulla" in unescape(staff.get("/plan").text)
    assert drawing_in(pages) == before
