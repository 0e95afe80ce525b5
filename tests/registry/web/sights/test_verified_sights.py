"""What whoever verifies a certificate is told, a stranger with a phone: held to what every page of ours is held to."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from pages.languages import LANGUAGES
from registry.tables import core as t
from tests.support.centres import Centre
from tests.support.page_rules import NARROW, looked_at

LOCALES = {"it": "it-IT", "en": "en-GB"}
SAID = {
    "Bruno": {"it": "ore sono state rettificate", "en": "hours were corrected in the register after it was issued"},
    "Anna": {"it": "non è intestato a questo nome", "en": "it is not of this name"},
}
"""Of Bruno's certificate, whose hours were corrected since."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAID)
@pytest.mark.usefixtures("named")
def test_the_answer_is_for_everyone(browser: Browser, seen: Centre, name: str, language: str) -> None:
    with seen.database.read() as connection:
        code = connection.execute(select(t.certificate.c.code).where(t.certificate.c.number == 2)).scalar_one()
    context = browser.new_context(locale=LOCALES[language], viewport=NARROW)
    page = context.new_page()
    page.goto(f"{str(seen.http.base_url).rstrip('/')}/verify-certificate")
    typed: Mapping[str, str] = {"number": "2026/2", "code": code, "name": name}
    for field, value in typed.items():
        page.fill(f"#{field}", value)
    with page.expect_navigation():
        page.click("main button[type=submit]")
    assert SAID[name][language] in page.inner_text("[role=alert]")
    assert looked_at(page, language) == {}
    context.close()
