"""Every page of the centre, held to what every page of ours is held to in a real browser: the second of four shares."""

from collections.abc import Mapping

import pytest

from pages.languages import LANGUAGES
from tests.registry.web.sights.conftest import Readers
from tests.support.centre_sights import found_wrong, share, told
from tests.support.page_rules import Sight

SHARE = share(1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("who", "sight"), SHARE, ids=told(SHARE))
def test_a_page_of_the_centre_is_for_everyone(
    readers: Readers, named: Mapping[str, str], who: str, sight: Sight, language: str
) -> None:
    assert found_wrong(readers[who, language], named, sight) == {}
