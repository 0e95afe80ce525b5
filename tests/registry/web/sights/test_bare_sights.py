"""Every page that the centre's navigation leads to, where nothing is known yet: neither a site nor a programme."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pages.languages import LANGUAGES
from registry.people.people import Profile
from registry.web.navigation import MENU
from tests.registry.web.sights.conftest import sign_in
from tests.support import faces
from tests.support.centres import Centre, centre
from tests.support.page_rules import Reader, Sight


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    folder: Path = tmp_path_factory.mktemp("bare")
    with centre(f"sqlite:///{folder}/registry.db", folder / "keys") as made:
        faces.account(made, "guida", person=made.registry.add_person(Profile("Guida")), administrator="1")
        yield made


@pytest.fixture(scope="module", params=LANGUAGES)
def reader(request: pytest.FixtureRequest, browser: Browser, bare: Centre) -> Iterator[Reader]:
    url = str(bare.http.base_url).rstrip("/")
    made = Reader(browser, url, request.param, partial(sign_in, url, "guida"))
    yield made
    made.close()


@pytest.mark.parametrize("path", ["/", *(entry.path for entry in MENU.entries)])
def test_a_page_that_has_nothing_to_show_is_for_everyone(reader: Reader, path: str) -> None:
    assert reader.faults(Sight(path)) == {}


@pytest.mark.parametrize(
    ("path", "title"), [("/bookings", "Bookings"), ("/sessions", "Sessions"), ("/opening", "Opening hours")]
)
def test_where_there_is_no_site_a_page_says_which_it_is_and_where_one_is_added(
    bare: Centre, path: str, title: str
) -> None:
    with faces.reader(bare) as browser:
        browser.signed_in("guida")
        said = browser.look(path).text
    assert f'<h1 class="h3">{title}</h1>' in said
    assert "adds the first at the page Sites" in said
    assert 'href="/sites"' in said
