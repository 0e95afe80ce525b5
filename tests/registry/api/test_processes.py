"""Several processes behind one balancer: none holds what another needs."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from access.facts import Entered
from tests.support.centres import NINE_MS, Centre, centre, problem
from tests.support.log_rows import greeting, rows_of, sent

KEY = "0123456789abcdef"


@pytest.fixture
def other(both: Centre) -> Iterator[Centre]:
    """A second registry on the same database and keys."""
    with centre(both.url, both.registry.keys.folder, token=both.token) as running:
        running.gateways = both.gateways
        yield running


def test_what_one_did_the_other_knows(both: Centre, other: Centre) -> None:
    person = both.admit("matera")
    body = {"resource": "d1", "person": person, "start_ms": NINE_MS, "end_ms": NINE_MS + 1}
    first = both.ask("POST", "/sites/matera/bookings", body, Idempotency_Key=KEY)
    again = other.ask("POST", "/sites/matera/bookings", body, Idempotency_Key=KEY)
    assert again.json() == first.json()
    assert problem(other.ask("POST", "/sites/matera/bookings", body)) == (409, "booking-conflict")
    assert other.feed("matera") == both.feed("matera")
    assert problem(other.ask("PUT", f"/people/{person}", {"name": "x"}, If_Match='"7"')) == (412, "changed")


def test_a_gateway_may_change_between_them(both: Centre, other: Centre) -> None:
    rows = rows_of(*(Entered(f"p{n}", "front", "hall", f"1-{n}") for n in range(40)), site="matera")
    for start in range(0, 40, 10):
        asked = (both, other)[start // 10 % 2]
        hello = asked.as_gateway("matera", "POST", "/hello", greeting(rows, "matera"))
        assert hello.json()["resume"] == start
        body = sent(rows[start : start + 10], "matera")
        assert asked.as_gateway("matera", "POST", "/events", body).json() == {"acked": start + 10}


def test_twenty_at_once_at_both_want_one_desk_and_one_gets_it(both: Centre, other: Centre) -> None:
    person = both.admit("matera")
    body = {"resource": "d1", "person": person, "start_ms": NINE_MS, "end_ms": NINE_MS + 1}
    with ThreadPoolExecutor(20) as pool:
        asked = [(both, other)[number % 2] for number in range(20)]
        answers = list(pool.map(lambda one: one.ask("POST", "/sites/matera/bookings", body).status_code, asked))
    assert sorted(answers) == [201] + [409] * 19
