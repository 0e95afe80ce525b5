"""The pages under bad input, many readers and a monitor: bounded, counted, and never a name to a machine."""

import re
from collections.abc import Iterator

import httpx
import pytest

from gateway.pages.health import is_loopback
from gateway.pages.live import STREAMS_AT_MOST
from pages.guard import BODY_BYTES
from tests.support.live_day import PEOPLE, busy
from tests.support.live_pages import Pages, showing, wait_until

URLENCODED = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with showing(tmp_path_factory.mktemp("pages"), busy()) as made:
        yield made


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"x" * (BODY_BYTES + 1), URLENCODED, 413),
        (b"name=" + b"x" * 5_000, URLENCODED, 403),
        (b"&".join(b"f%d=1" % n for n in range(50)), URLENCODED, 400),
        (b"name=a&name=b", URLENCODED, 403),
        (b"\xff\xfe=\x00", URLENCODED, 422),
        (b"{}", {"content-type": "application/json"}, 422),
        (b"", {}, 422),
        (
            b'--b\r\ncontent-disposition: form-data; name="x"; filename="y"\r\n\r\nz\r\n--b--',
            {"content-type": "multipart/form-data; boundary=b"},
            400,
        ),
        (b"--b", {"content-type": "multipart/form-data"}, 400),
    ],
)
def test_bad_forms_are_refused_and_nothing_breaks(
    pages: Pages, body: bytes, headers: dict[str, str], status: int
) -> None:
    assert httpx.post(f"{pages.url}/sign-in", content=body, headers=headers).status_code == status
    assert httpx.get(f"{pages.url}/healthz").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_find_nothing(pages: Pages, method: str) -> None:
    assert httpx.request(method, pages.url).status_code == 405


@pytest.mark.parametrize("path", ["/language/xx", "/language/it%0d%0aSet-Cookie:x=1"])
def test_a_language_that_is_none_is_refused(pages: Pages, path: str) -> None:
    answer = httpx.get(f"{pages.url}{path}")
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_a_language_is_kept(pages: Pages) -> None:
    with httpx.Client(base_url=pages.url, headers={"accept-language": "it"}, follow_redirects=True) as client:
        assert "Accesso del personale" in client.get("/sign-in").text
        assert "Staff sign-in" in client.get("/language/en").text
        assert '<html lang="en">' in client.get("/sign-in").text


def test_only_so_many_live_pages_are_fed_and_the_next_is_told_when_to_come_back(staff: httpx.Client) -> None:
    assert STREAMS_AT_MOST >= 200
    limits = httpx.Limits(max_connections=STREAMS_AT_MOST + 5)
    with httpx.Client(base_url=staff.base_url, cookies=staff.cookies, limits=limits) as many:
        streams = [many.stream("GET", "/live/events") for _ in range(STREAMS_AT_MOST)]
        for stream in streams:
            assert stream.__enter__().status_code == 200
        refused = many.get("/live/events")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
        assert many.get("/").status_code == 200
        for stream in streams:
            stream.__exit__(None, None, None)
        wait_until(lambda: samples(staff)["hubout_pages_streams"] == "0", "the streams are over")


def samples(client: httpx.Client) -> dict[str, str]:
    text = client.get("/metrics").text
    return dict(line.rsplit(" ", 1) for line in text.splitlines())


def test_metrics_count_and_name_nobody(staff: httpx.Client) -> None:
    found = samples(staff)
    assert found['hubout_people_present{zone="sala"}'] == "5"
    assert found['hubout_desks{state="occupied-without-booking"}'] == "2"
    assert found['hubout_messages_refused_total{why="stale"}'] == "3"
    assert found["hubout_gateway_silent_seconds"] == "0"
    text = staff.get("/metrics").text
    assert not any(word in text for name in PEOPLE for word in name.split() if len(word) > 3)
    assert all(re.fullmatch(r'[a-z_]+(\{[a-z]+="[a-z0-9-]+"\})? \d+', line) for line in text.splitlines())


def test_metrics_are_for_this_machine_alone(staff: httpx.Client) -> None:
    assert staff.get("/metrics", headers={"x-forwarded-for": "192.0.2.1"}).status_code == 404


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("192.0.2.1", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_this_machine_is_known_by_its_address(host: str, own: bool) -> None:
    assert is_loopback(host) is own


def test_health_says_whether_the_gateway_answers(pages: Pages) -> None:
    assert httpx.get(f"{pages.url}/healthz").json() == {"status": "ok", "gateway": "answers"}
    assert httpx.get(f"{pages.url}/readyz").json() == {"status": "ready"}
