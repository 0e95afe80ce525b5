"""Lists come in pages, each thing once, also while things come and go."""

import pytest

from access.facts import Started
from tests.support.centres import Centre, problem
from tests.support.log_rows import rows_of, sent
from tests.support.twigs import twig


def pages(both: Centre, path: str, limit: int) -> list[list[dict[str, object]]]:
    found, cursor = [], ""
    while True:
        mark = "&" if "?" in path else "?"
        said = both.ask("GET", f"{path}{mark}limit={limit}{cursor}").json()
        found.append(said["items"])
        if said["next"] is None:
            return found
        cursor = f"&cursor={said['next']}"


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 7])
def test_every_item_is_on_one_page_in_order(both: Centre, limit: int) -> None:
    for number in range(6):
        both.made("/people", {"name": f"Person {number}"})
    found = pages(both, "/people", limit)
    ids = [item["id"] for page in found for item in page]
    assert len(ids) == 6
    assert ids == sorted(ids, key=str)
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)


def test_a_list_of_two_keys_is_paged_by_both(both: Centre) -> None:
    rows = rows_of(*(Started(str(number)) for number in range(7)))
    both.as_gateway("matera", "POST", "/events", sent(rows_of(Started("x"), site="matera"), "matera"))
    both.as_gateway("cinisello", "POST", "/events", sent(rows))
    second = twig(both.registry.database, "cinisello", "other")
    both.as_gateway("cinisello", "POST", "/events", sent(rows_of(Started("y"), epoch=second), epoch=second))
    listed = [(item["epoch"], item["seq"]) for page in pages(both, "/sites/cinisello/events", 3) for item in page]
    assert listed == [*((1, seq) for seq in range(1, 8)), (2, 1)]


def test_a_page_goes_on_where_the_last_ended_whatever_was_deleted(both: Centre) -> None:
    people = sorted(both.made("/people", {"name": "x"})["id"] for _ in range(4))
    first = both.ask("GET", "/people?limit=2").json()
    both.ask("DELETE", f"/people/{people[1]}")
    both.ask("DELETE", f"/people/{people[2]}")
    rest = both.ask("GET", f"/people?cursor={first['next']}").json()
    assert [item["id"] for item in rest["items"]] == people[3:]


BAD = [
    "x",
    "!!!!",
    "bnVsbA",
    "W10",
    "WzFd",
    "W251bGxd",
    "W1tdXQ",
    "WyJhIiwiYiJd",
    "WyIAIl0",
    "_" * 401,
    "WyJcdTAwMDAiXQ",
]


@pytest.mark.parametrize("cursor", BAD)
def test_a_cursor_that_is_none_of_ours_is_refused(shared: Centre, cursor: str) -> None:
    assert problem(shared.ask("GET", f"/people?cursor={cursor}"))[0] in {400, 422}
    assert problem(shared.ask("GET", f"/sites/matera/events?cursor={cursor}"))[0] in {400, 422}


@pytest.mark.parametrize("limit", ["0", "-1", "501", "x", "1.5", ""])
def test_a_limit_out_of_bounds_is_refused(shared: Centre, limit: str) -> None:
    assert problem(shared.ask("GET", f"/people?limit={limit}")) == (422, "invalid")
