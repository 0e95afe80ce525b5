"""Somebody of the staff at a site's own pages, for the files whose ``pages`` are running."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.live_pages import Pages, signed_in


@pytest.fixture
def staff(pages: Pages) -> Iterator[httpx.Client]:
    """Paola's browser, without JavaScript, signed in by the site's code."""
    with signed_in(pages) as client:
        yield client
