"""Every page that tests look at has its picture, the pictures are small, and a page leads to them all."""

from urllib.parse import urlsplit

import pytest

from tests.gateway.pages.test_pages_sights import FORMS, LIVE
from tests.registry.web.sights.test_enrol_sights import PATHS
from tests.registry.web.sights.test_participant_sights import SIGHTS as OF_PARTICIPANTS
from tests.support.centre_sights import SIGHTS
from tests.support.page_rules import Sight
from tests.support.picture_index import INDEX, written
from tests.support.pictures import FOLDER, name

MOST_BYTES = 10_000_000
OF_ENROLMENT = [Sight(path) for path in PATHS]
FACES = {"site": (*LIVE, *FORMS), "centre": (*(sight for _, sight in SIGHTS), *OF_PARTICIPANTS, *OF_ENROLMENT)}


def pictured(face: str) -> set[str]:
    return {path.name.removesuffix("-wide.png") for path in FOLDER.glob(f"{face}-*-wide.png")}


@pytest.mark.parametrize("face", FACES)
def test_every_page_that_is_looked_at_has_its_picture(face: str) -> None:
    whole = [sight for sight in FACES[face] if sight.status == 200]
    wanted = {f"{face}-{name(urlsplit(sight.route or sight.path).path)}" for sight in whole}
    assert wanted - pictured(face) == set(), "run scripts/screenshots"
    assert len(wanted) > 15


def test_all_pictures_together_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.png")) < MOST_BYTES


def test_a_page_leads_to_every_picture() -> None:
    assert INDEX.read_text(encoding="utf-8") == written(), "run scripts/screenshots"


@pytest.mark.parametrize(
    ("route", "found"),
    [("/", "start"), ("/people/{person}/edit", "people-one-edit"), (f"/enrol/calls/{'a1' * 10}", "enrol-calls-one")],
)
def test_a_picture_is_called_after_its_route(route: str, found: str) -> None:
    assert name(route) == found
