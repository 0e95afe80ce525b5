"""Reports as coordinators make them at the centre's pages, without JavaScript."""

import re

import httpx

from tests.support.faces import Reader

MADE = re.compile(r'name="made" value="([0-9]+)"')


def asked_for(clara: Reader, period: str) -> httpx.Response:
    """Have a draft made, and see how far it is."""
    clara.look("/reports-new")
    return clara.followed("/reports-make", period=period)


def to_its_end(clara: Reader, period: str) -> str:
    """All that the page's stream says until nothing is made any more."""
    return clara.http.get("/reports-new/events", params={"period": period}).text


def drafted(clara: Reader, period: str) -> str:
    """The page of a draft that is made."""
    asked_for(clara, period)
    to_its_end(clara, period)
    return clara.look(f"/reports-new?period={period}").text


def publish(clara: Reader, draft: str) -> httpx.Response:
    """Publish what a page shows, though its registers are not sealed."""
    made, period = MADE.search(draft), re.search(r'name="period" value="([^"]+)"', draft)
    assert made is not None
    assert period is not None
    return clara.followed(
        "/reports-new", period=period[1], made=made[1], confirmed="1", reason="I registri sono in firma"
    )
