"""Only what changed is sent, and no text can break out of its event."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.streams import changes, opening


def read(stream: bytes) -> list[tuple[str, str]]:
    """Events as a browser reads them (HTML standard: interpreting an event stream)."""
    found = []
    for block in stream.decode().split("\n\n"):
        name, data = "message", list[str]()
        for line in block.split("\n"):
            key, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if key == "event":
                name = value
            elif key == "data":
                data.append(value)
        if data:
            found.append((name, "\n".join(data)))
    return found


@pytest.mark.parametrize(
    ("had", "now", "sent"),
    [
        ({}, {"count": "1", "plan": "x"}, [("count", "1"), ("plan", "x")]),
        ({"count": "1", "plan": "x"}, {"count": "2", "plan": "x"}, [("count", "2")]),
        ({"count": "1"}, {"count": "1"}, []),
        ({"count": "1"}, {"count": ""}, [("count", "")]),
        ({"count": "1", "door-a": "open"}, {"count": "1"}, []),
        ({}, {"feed": "<p>a</p>\n<p>b</p>"}, [("feed", "<p>a</p>\n<p>b</p>")]),
    ],
)
def test_only_fragments_that_differ_are_sent(
    had: dict[str, str], now: dict[str, str], sent: list[tuple[str, str]]
) -> None:
    assert read(changes(had, now)) == sent


def test_nothing_new_is_no_bytes_at_all() -> None:
    assert changes({"a": "1"}, {"a": "1"}) == b""


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_no_text_breaks_out_of_its_event(html: str) -> None:
    events = read(changes({}, {"people": html}))
    assert [name for name, _ in events] == ["people"]


def test_a_stream_begins_by_saying_when_to_come_back() -> None:
    assert b"retry: 2000\n" in opening()
    assert read(opening()) == []
