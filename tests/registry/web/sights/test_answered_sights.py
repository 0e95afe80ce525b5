"""Pages that only answer a form, on a phone: held to what every page of ours is held to."""

from collections.abc import Iterator, Mapping

import pyotp
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from pages.languages import LANGUAGES
from registry.accounts.second_factor import RECOVERY_CODES
from registry.tables import core as t
from tests.registry.web.sights.conftest import sign_in
from tests.support import fixed_day
from tests.support.centres import Centre
from tests.support.faces import account
from tests.support.page_rules import NARROW, looked_at

LOCALES = {"it": "it-IT", "en": "en-GB"}
SAID = {
    "Bruno": {"it": "ore sono state rettificate", "en": "hours were corrected in the register after it was issued"},
    "Anna": {"it": "non è intestato a questo nome", "en": "it is not of this name"},
}
"""What whoever verifies Bruno's certificate is told, whose hours were corrected since."""


@pytest.fixture(params=LANGUAGES)
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, str]]:
    language = str(request.param)
    context = browser.new_context(locale=LOCALES[language], viewport=NARROW)
    yield context.new_page(), language
    context.close()


def url_of(seen: Centre) -> str:
    return str(seen.http.base_url).rstrip("/")


@pytest.mark.parametrize("name", SAID)
@pytest.mark.usefixtures("named")
def test_what_is_said_of_a_certificate_is_for_everyone(phone: tuple[Page, str], seen: Centre, name: str) -> None:
    page, language = phone
    with seen.database.read() as connection:
        code = connection.execute(select(t.certificate.c.code).where(t.certificate.c.number == 2)).scalar_one()
    page.goto(f"{url_of(seen)}/verify-certificate")
    typed: Mapping[str, str] = {"number": "2026/2", "code": code, "name": name}
    for field, value in typed.items():
        page.fill(f"#{field}", value)
    with page.expect_navigation():
        page.click("main button[type=submit]")
    assert SAID[name][language] in page.inner_text("[role=alert]")
    assert looked_at(page, language) == {}


def test_the_recovery_codes_that_are_shown_once_are_for_everyone(phone: tuple[Page, str], seen: Centre) -> None:
    page, language = phone
    account(seen, f"cauta-{language}")
    sign_in(url_of(seen), f"cauta-{language}", page)
    page.goto(f"{url_of(seen)}/account/second")
    page.click("main button[type=submit]")
    secret = page.inner_text("main code").replace(" ", "")
    assert looked_at(page, language) == {}
    page.fill("#code", pyotp.TOTP(secret).at(fixed_day.wall_ms() // 1_000))
    with page.expect_navigation():
        page.click("main button[type=submit]")
    assert page.locator("main li").count() == RECOVERY_CODES
    assert looked_at(page, language) == {}
