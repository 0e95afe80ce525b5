"""A site's layout at the registry: told by its gateway, or written by an operator where there is none."""

from typing import Any

import pytest

from access.layout import digest, layout_of
from registry.shapes.layout import LayoutBody
from tests.support.centres import Centre, problem
from tests.support.core_site import SITE
from tests.support.log_rows import greeting, rows_of
from tests.support.twigs import FIRST, twig

LAYOUT: dict[str, Any] = {
    "v": 1,
    "timezone": "Europe/Rome",
    "zones": [{"id": "hall", "capacity": 2, "when_full": "refuse", "passback": "soft"}],
    "doors": [{"id": "front", "zone": "hall"}],
}


def said(layout: dict[str, Any]) -> dict[str, Any]:
    """The layout with every member written."""
    return LayoutBody.model_validate(layout).model_dump()


def hello(both: Centre, site: str, epoch: int = 1) -> Any:  # noqa: ANN401 -- what it says
    rows = rows_of(FIRST, site=site) if epoch == 1 else []
    answer = both.as_gateway(site, "POST", "/hello", greeting(rows, site, epoch))
    assert answer.status_code == 200
    return answer.json()["layout"]


def tell(both: Centre, site: str, layout: dict[str, Any], epoch: int = 1) -> None:
    answer = both.as_gateway(site, "PUT", "/layout", {"epoch": epoch, "layout": layout})
    assert (answer.status_code, answer.json()) == (200, {"digest": digest(said(layout))})


def test_what_a_gateway_sends_is_read_as_it_wrote_it() -> None:
    sent = layout_of(SITE)
    assert said(sent) == sent


def test_a_gateway_tells_its_layout_and_is_then_asked_no_more(both: Centre) -> None:
    assert hello(both, "matera") == ""
    tell(both, "matera", LAYOUT)
    assert hello(both, "matera") == digest(said(LAYOUT))
    answer = both.ask("GET", "/sites/matera/layout")
    assert answer.json() == {**said(LAYOUT), "told_by": "gateway"}
    again = both.ask("GET", "/sites/matera/layout", If_None_Match=answer.headers["etag"])
    assert again.status_code == 304
    assert problem(both.ask("GET", "/sites/cinisello/layout")) == (404, "not-found")


def test_a_gateway_that_is_not_the_sites_changes_nothing(both: Centre) -> None:
    tell(both, "matera", LAYOUT)
    other = twig(both.registry.database, "matera", "other")
    assert hello(both, "matera", 1) == digest(said(LAYOUT))
    assert hello(both, "matera", other) is None
    tell(both, "matera", {**LAYOUT, "timezone": "UTC"}, epoch=other)
    assert both.ask("GET", "/sites/matera/layout").json()["timezone"] == "Europe/Rome"
    both.ask("POST", "/sites/matera/confirmed-epoch", {"epoch": other, "note": "the new one"})
    assert (hello(both, "matera", 1), hello(both, "matera", other)) == (None, digest(said(LAYOUT)))
    tell(both, "matera", {**LAYOUT, "timezone": "UTC"}, epoch=other)
    assert both.ask("GET", "/sites/matera/layout").json()["timezone"] == "UTC"


def test_an_operator_writes_it_only_where_no_gateway_tells_it(both: Centre) -> None:
    first = both.ask("PUT", "/sites/matera/layout", LAYOUT)
    assert (first.status_code, first.json()["told_by"]) == (200, "operator")
    wider = {**LAYOUT, "timezone": "UTC"}
    assert problem(both.ask("PUT", "/sites/matera/layout", wider)) == (428, "needs-match")
    tag = first.headers["etag"]
    assert both.ask("PUT", "/sites/matera/layout", wider, If_Match=tag).json()["timezone"] == "UTC"
    assert problem(both.ask("PUT", "/sites/matera/layout", LAYOUT, If_Match=tag)) == (412, "changed")
    assert hello(both, "matera") == ""
    tell(both, "matera", LAYOUT)
    assert problem(both.ask("PUT", "/sites/matera/layout", LAYOUT, If_Match="*")) == (409, "in-use")
    assert problem(both.ask("PUT", "/sites/nowhere/layout", LAYOUT)) == (404, "not-found")


@pytest.mark.parametrize(
    "wrong",
    [
        {"timezone": "Mars/Olympus"},
        {"zones": [{"id": "hall", "capacity": -1}]},
        {"zones": [{"id": "hall", "when_full": "sometimes"}]},
        {"zones": [{"id": "hall"}, {"id": "hall"}]},
        {"doors": [{"id": "front", "zone": "loft"}]},
        {"doors": [{"id": "front", "zone": "hall", "outer": "loft"}]},
        {"doors": [{"id": "front", "zone": "hall", "lock": 17}]},
        {"policy": {"grace_before_ms": 1.5}},
        {"policy": {"tap_max_age_ms": 1}},
        {"v": 2},
        {"zones": [{"id": f"z{n}"} for n in range(501)]},
    ],
    ids=str,
)
def test_what_is_no_layout_is_refused_and_changes_nothing(shared: Centre, wrong: dict[str, Any]) -> None:
    layout = {**LAYOUT, **wrong}
    assert problem(shared.ask("PUT", "/sites/matera/layout", layout)) == (422, "invalid")
    refused = shared.as_gateway("matera", "PUT", "/layout", {"epoch": 1, "layout": layout})
    assert problem(refused) == (422, "invalid")
    assert problem(shared.ask("GET", "/sites/matera/layout")) == (404, "not-found")
