"""What is wrong with a link is said once when it begins and once when all is well again."""

import logging

import pytest

from gateway.link.status import LinkStatus, LinkTold, Told, mended, troubled

AWAY = "nobody answers there"
WELL = LinkStatus(online=True)


def test_a_trouble_stays_until_what_it_was_with_works() -> None:
    status = troubled(troubled(WELL, "send", "row 1", ends=False), "hello", AWAY, ends=True)
    assert (status.online, status.told("send"), status.told("hello")) == (False, "row 1", AWAY)
    status = mended(status, "hello")
    assert (status.online, status.troubles) == (True, (Told("send", "row 1"),))
    assert mended(status, "send") == WELL


def test_a_refusal_does_not_end_the_link() -> None:
    assert troubled(WELL, "send", "row 1", ends=False).online
    assert not troubled(LinkStatus(), "send", "row 1", ends=False).online


def test_links_that_fail_together_say_it_once_and_are_well_once_both_are(caplog: pytest.LogCaptureFixture) -> None:
    told, down = LinkTold(), troubled(WELL, "hello", AWAY, ends=True)
    with caplog.at_level(logging.INFO):
        for link in ("up", "down", "up"):
            told.tell(link, down)
        told.tell("up", WELL)
        told.tell("down", troubled(WELL, "pull", "row 1", ends=False))
        told.tell("down", WELL)
        told.tell("up", WELL)
    assert [record.message for record in caplog.records] == [
        f"the link to the registry: {AWAY}",
        "the link to the registry: row 1",
        "the registry answers again",
    ]
