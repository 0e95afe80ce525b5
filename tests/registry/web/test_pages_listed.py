"""That no page of the centre is left out, and what comes where one fails."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from pages.guard import HEADERS
from registry.app import create_app
from registry.settings import Settings
from registry.web.app import make
from tests.registry.web.sights.test_participant_sights import SIGHTS as OF_PARTICIPANTS
from tests.support.centre_sights import NO_PAGES, OF_THEIR_OWN, SIGHTS
from tests.support.page_rules import unlisted
from tests.support.served import served

DETAIL = "a detail for our own log"


@pytest.fixture
def pages(tmp_path: Path) -> FastAPI:
    """The application of the pages alone, of a centre of its own."""
    return make(create_app(Settings(f"sqlite:///{tmp_path}/registry.db", tmp_path / "keys")).state.shared)


def test_no_page_of_the_centre_is_left_out(pages: FastAPI) -> None:
    listed = [*(sight for _, sight in SIGHTS), *OF_PARTICIPANTS]
    assert unlisted(pages, listed, (*NO_PAGES, *OF_THEIR_OWN)) == set()


def fail() -> None:
    raise RuntimeError(DETAIL)


def test_a_failure_is_a_page_under_the_same_headers_that_tells_nothing(pages: FastAPI) -> None:
    pages.add_api_route("/fails", fail)
    with served(pages) as url:
        answer = httpx.get(f"{url}/fails", headers={"accept-language": "en"})
    assert (answer.status_code, answer.headers["content-language"]) == (500, "en")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == "no-store"
    assert DETAIL not in answer.text
