"""Every answer of a registry, and of what is none, is a value or one sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.link.client import ANSWER_BYTES, Address, RegistryClient, path_of
from gateway.link.trouble import (
    BadAnswer,
    Busy,
    Fork,
    Gap,
    Narrow,
    NotKnown,
    NotUnderstood,
    Refusal,
    ReplicaAhead,
    TokenRefused,
    Trouble,
    Unconfirmed,
    Unreachable,
)
from gateway.link.wire import Batch, Greeting
from tests.support.scripted_http import Answer, ScriptedHttp, problem, scripted_http

GREETING = Greeting("matera", 1, 7, bytes(32), "run", "hubout 0.1.0")
BATCH = Batch(b'{"rows":[{"seq":7}]}', 7)
PAGE = {"generation": "g1", "version": 9, "snapshot": True, "more": False, "changes": []}


@pytest.fixture
def server() -> Iterator[tuple[ScriptedHttp, str]]:
    with scripted_http() as made:
        yield made


@pytest.fixture
def scripted(server: tuple[ScriptedHttp, str]) -> ScriptedHttp:
    return server[0]


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "gateway.token"
    path.write_text(" the-token\n")
    return path


@pytest.fixture
def client(server: tuple[ScriptedHttp, str], token_file: Path) -> Iterator[RegistryClient]:
    made = RegistryClient(Address(server[1], token_file), lambda: 0)
    yield made
    made.close()


def test_a_hello_carries_the_token_and_says_where_the_log_ends(client: RegistryClient, scripted: ScriptedHttp) -> None:
    answer = client.hello(GREETING)
    assert (answer.resume, answer.head) == (0, "00" * 32)
    (asked,) = scripted.asked
    assert (asked.method, asked.path) == ("POST", "/api/v1/gateway/hello")
    assert asked.headers["Authorization"] == "Bearer the-token"
    assert asked.json() == {
        "site": "matera",
        "epoch": 1,
        "seq": 7,
        "head": "00" * 32,
        "run": "run",
        "software": "hubout 0.1.0",
    }


def test_all_requests_go_over_one_connection(client: RegistryClient, scripted: ScriptedHttp) -> None:
    client.hello(GREETING)
    for _ in range(5):
        assert client.events(BATCH) == 7
        client.changes("g1", 1, 1)
    assert scripted.connections == 1


def test_the_registry_may_live_below_a_path(server: tuple[ScriptedHttp, str], token_file: Path) -> None:
    client = RegistryClient(Address(f"{server[1]}/centre", token_file), lambda: 0)
    client.hello(GREETING)
    client.close()
    assert server[0].asked[0].path == "/centre/api/v1/gateway/hello"


def test_what_a_path_is_made_of_stays_in_its_place(client: RegistryClient, scripted: ScriptedHttp) -> None:
    assert path_of("badge-calls", "c1", "confirm") == "badge-calls/c1/confirm"
    with pytest.raises(Trouble):
        client.card_read("../hello?x#y/é", b"{}")
    assert scripted.asked[-1].path == "/api/v1/gateway/calls/%2E%2E%2Fhello%3Fx%23y%2F%C3%A9/card"


def test_changes_are_asked_from_a_version_on(client: RegistryClient, scripted: ScriptedHttp) -> None:
    client.hello(GREETING)
    record = {"kind": "person", "id": "p1", "record": {"id": "p1"}}
    scripted.script["changes"].append(Answer(body=PAGE | {"changes": [record, record | {"record": None}]}))
    page = client.changes("g 1", 5, 2)
    assert page is not None
    assert (page.generation, page.version, page.snapshot, page.more) == ("g1", 9, True, False)
    assert [change.record for change in page.changes] == [{"id": "p1"}, None]
    assert scripted.asked[-1].path == "/api/v1/gateway/changes?generation=g+1&since=5&epoch=2&limit=500"


def test_only_an_answer_that_changed_nothing_is_asked_about_by_its_tag(
    client: RegistryClient, scripted: ScriptedHttp
) -> None:
    """A page whose step could not be kept must come again, whole."""
    client.hello(GREETING)
    tagged = {"ETag": '"g1-9"'}
    scripted.script["changes"] += [
        Answer(body=PAGE, headers=tagged),
        Answer(body=PAGE | {"snapshot": False}, headers=tagged),
        Answer(304),
        Answer(body=PAGE | {"snapshot": False}),
    ]
    assert client.changes("g1", 8, 1) is not None
    assert client.changes("g1", 9, 1) is not None
    assert client.changes("g1", 9, 1) is None
    assert client.changes("g1", 10, 1) is not None
    assert [asked.headers.get("If-None-Match") for asked in scripted.asked[1:]] == [None, None, '"g1-9"', None]


REFUSALS = [
    (problem(401, "no-credential", "send a token"), TokenRefused, "does not accept our token; put the right one"),
    (problem(403, "not-yours", "another site's"), TokenRefused, "does not let our token do this: another site's"),
    (problem(429, "too-many", "asks too often", retry_after=7), Busy, "asks to wait: asks too often"),
    (problem(503, "unavailable", "no database", retry_after=2), Busy, "asks to wait: no database"),
    (problem(409, "gap", "rows are missing", resume=3), Gap, "lacks earlier rows"),
    (problem(409, "fork", "two histories", seq=3), Fork, "another history of this log: two histories"),
    (problem(409, "narrow", "more", after=3, before=9), Narrow, "asks for more of this log"),
    (problem(409, "narrow", "of what?"), Refusal, "refused events with 409: of what"),
    (problem(409, "unconfirmed", "another one"), Unconfirmed, "until somebody confirms this one at the registry"),
    (problem(422, "invalid", "acked: not known"), NotUnderstood, "refused events with 422: acked"),
    (problem(409, "replica-ahead", "never given"), ReplicaAhead, "knows less than this site"),
    (problem(422, "broken-row", "row 9: changed", seq=9), Refusal, "refused events with 422: row 9: changed"),
    (problem(500, "internal", "oops"), Refusal, "refused events with 500: oops"),
    (problem(409, "gap", "without a number"), Refusal, "refused events with 409"),
    (Answer(413, b"<html>too large"), Refusal, "refused events with 413: it gives no reason"),
    (Answer(404), NotKnown, "refused events with 404"),
    (Answer(302, headers={"Location": "http://127.0.0.1:1/"}), BadAnswer, "status 302 to events is no answer"),
    (Answer(204), BadAnswer, "status 204"),
    (Answer(200, b"<html>welcome to the hotel"), BadAnswer, "its answer cannot be read"),
    (Answer(200, {"acked": "7"}), BadAnswer, "acked: Input should be a valid integer"),
    (Answer(200, {"acked": -1}), BadAnswer, "acked"),
    (Answer(200, {}), BadAnswer, "acked: Field required"),
    (Answer(200, b""), BadAnswer, "its answer cannot be read"),
    (Answer(drops=True), Unreachable, "the connection to .* broke"),
    (Answer(200, b"x" * (ANSWER_BYTES + 1)), Unreachable, "broke"),
]


@pytest.mark.parametrize(("answer", "kind", "words"), REFUSALS, ids=lambda value: str(value)[:40])
def test_what_is_not_the_answer_is_one_sentence(
    answer: Answer, kind: type[Trouble], words: str, client: RegistryClient, scripted: ScriptedHttp
) -> None:
    client.hello(GREETING)
    scripted.script["events"].append(answer)
    with pytest.raises(Trouble, match=words) as found:
        client.events(BATCH)
    assert type(found.value) is kind
    assert "\n" not in str(found.value)
    assert "the-token" not in str(found.value)
    assert client.events(BATCH) == 7


def test_how_long_to_wait_is_told(client: RegistryClient, scripted: ScriptedHttp) -> None:
    for asked, waits_ms in (("7", 7_000), ("99999", 600_000), ("Wed, 21 Oct 2026", 0), ("", 0), ("-3", 0), ("²", 0)):
        header = {"Retry-After": asked.encode("utf-8").decode("latin-1")}
        scripted.script["hello"].append(Answer(429, b"", header))
        with pytest.raises(Busy) as found:
            client.hello(GREETING)
        assert found.value.retry_after_ms == waits_ms


def test_a_gap_says_where_the_registry_stands(client: RegistryClient, scripted: ScriptedHttp) -> None:
    client.hello(GREETING)
    scripted.script["events"].append(problem(409, "gap", "rows are missing", resume=3))
    with pytest.raises(Gap) as found:
        client.events(BATCH)
    assert found.value.resume == 3


def test_a_refusal_s_words_are_shortened_and_printable(client: RegistryClient, scripted: ScriptedHttp) -> None:
    scripted.script["hello"].append(problem(500, "internal", "a\nb\x1b[31m" + "x" * 5_000))
    with pytest.raises(Refusal) as found:
        client.hello(GREETING)
    assert str(found.value).isprintable()
    assert len(str(found.value)) < 300
