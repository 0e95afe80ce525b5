"""A trouble is said once when it begins, and once when it is over."""

import logging

import pytest

from gateway.troubles import Troubles

SAID = ("", "no route", "no route", "no route", "refused", "", "", "refused", "")


def test_each_change_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    troubles = Troubles()
    for sentence in SAID:
        troubles.tell("the broker", sentence)
    over = "the broker is in order again"
    assert [one.message for one in caplog.records] == ["no route", "refused", over, "refused", over]


def test_two_parts_with_one_trouble_say_it_once_and_end_it_each(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    troubles = Troubles()
    for sentence in ("no route", ""):
        for part in ("one", "two"):
            troubles.tell(part, sentence)
    assert [one.message for one in caplog.records] == ["no route", "one is in order again", "two is in order again"]
