"""What staff switch for a whole site from its pages: a lockdown and an evacuation, with a reason and a confirmation."""

from collections.abc import Iterator

import httpx
import pytest

from access.events import LockdownAsked
from access.site import Door, GpioLines, Site
from gateway.keeper import NO_KEEPER
from gateway.pages.asked import SetEvacuation
from gateway.pages.switches import beyond_the_keeper
from tests.support.live_day import busy
from tests.support.live_pages import Pages, csrf_of, showing, wait_until

DRILL = {"reason": "drill", "text": "", "confirm": "yes", "active": "yes"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with showing(tmp_path_factory.mktemp("pages"), busy()) as made:
        yield made


def token(client: httpx.Client, path: str = "/lockdown") -> str:
    return csrf_of(client, path)


@pytest.mark.parametrize(("active", "does"), [("yes", True), ("no", False)])
def test_lockdown_and_release_are_asked_with_a_reason(
    staff: httpx.Client, pages: Pages, active: str, does: bool
) -> None:
    assert staff.post("/lockdown", data={**DRILL, "csrf": token(staff), "active": active}).status_code == 303
    pages.gateway.expect(LockdownAsked(does, "Paola", "Esercitazione"))


@pytest.mark.parametrize(
    ("active", "does", "said"), [("yes", True, "Le porte sono sbloccate."), ("no", False, "evacuazione è terminata")]
)
def test_an_evacuation_and_its_end_are_asked_with_a_name_and_a_reason(
    staff: httpx.Client, pages: Pages, active: str, does: bool, said: str
) -> None:
    fields = {**DRILL, "csrf": token(staff), "active": active, "text": "seconda prova"}
    assert staff.post("/evacuation", data=fields).status_code == 303
    pages.gateway.expect(SetEvacuation(does, "Paola", "Esercitazione: seconda prova"))
    assert said in staff.get("/").text


def test_what_the_doorkeeper_does_not_do_is_said_and_not_called_done(staff: httpx.Client, pages: Pages) -> None:
    pages.gateway.keeper_says = NO_KEEPER
    staff.post("/evacuation", data={**DRILL, "csrf": token(staff)})
    page = staff.get("/").text
    pages.gateway.keeper_says = ""
    assert NO_KEEPER in page
    assert "Le porte sono sbloccate." not in page


def test_the_doors_whose_lock_is_not_the_doorkeepers_are_those_to_open_by_hand() -> None:
    lines, elsewhere = Door("a", "Ingresso", "hall", gpio=GpioLines(17)), Door("b", "Magazzino", "hall")
    site = Site("s", "S", "Europe/Rome", zones={}, doors={"a": lines, "b": elsewhere}, desks={}, devices={})
    assert beyond_the_keeper(site) == ("Magazzino",)


@pytest.mark.parametrize("path", ["/lockdown", "/evacuation"])
@pytest.mark.parametrize("left_out", ["reason", "confirm"])
def test_a_switch_wants_a_reason_and_a_confirmation(
    staff: httpx.Client, pages: Pages, path: str, left_out: str
) -> None:
    before = list(pages.gateway.asked)
    fields = {**DRILL, "csrf": token(staff)}
    del fields[left_out]
    assert staff.post(path, data=fields).status_code == 422
    assert pages.gateway.asked == before


def test_while_it_is_on_the_form_is_the_one_that_ends_it(staff: httpx.Client, pages: Pages) -> None:
    pages.gateway.publish({**busy(), "evacuation": True})
    wait_until(lambda: "Termina l&#39;evacuazione" in staff.get("/evacuation").text, "the form that ends it")
    assert 'name="active" value="no"' in staff.get("/evacuation").text
    pages.gateway.publish(busy())
