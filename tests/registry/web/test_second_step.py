"""The second step: set up with a phone, each code once, recovery codes, lost phones, roles that need it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select, update

from registry.accounts import second_factor
from registry.accounts.second_factor import STEP_MS
from registry.tables.accounts import account as account_table
from registry.tables.accounts import recovery_code
from tests.support import fixed_day
from tests.support.centres import Centre, centre
from tests.support.faces import Reader, account, reader

CODE = re.compile(r'<code class="hub-code">([^<]+)</code>')


@pytest.fixture
def browser(both: Centre) -> Iterator[Reader]:
    account(both, "bice", administrator="1")
    with reader(both) as opened:
        opened.signed_in("bice")
        yield opened


def set_up(browser: Reader) -> tuple[pyotp.TOTP, list[str]]:
    """Turn it on; the phone, and the recovery codes."""
    browser.look("/account/second")
    page = browser.followed("/account/second")
    assert 'src="data:image/svg+xml' in page.text
    phone = pyotp.TOTP(CODE.findall(page.text)[0])
    assert browser.sent("/account/second/confirm", code="12 34 56").status_code == 403
    done = browser.sent("/account/second/confirm", code=phone.at(fixed_day.wall_ms() // 1_000))
    codes = CODE.findall(done.text)
    assert len(codes) == second_factor.RECOVERY_CODES
    return phone, codes


def later(both: Centre) -> None:
    """As if the step that was used lay in the past."""
    with both.database.write() as connection:
        connection.execute(update(account_table).values(totp_step=1))


def test_after_the_password_a_code_of_the_phone_is_asked_for_and_taken_once(both: Centre, browser: Reader) -> None:
    phone, _ = set_up(browser)
    later(both)
    with reader(both) as other:
        answer = other.sent("/sign-in", login="bice", password="quattro parole messe a caso", next="/accounts")
        assert answer.headers["location"] == "/sign-in/second?next=/accounts"
        assert other.look("/accounts").url.path == "/sign-in/second"
        assert "Bice" in other.look("/sign-in/second?next=/accounts").text
        assert other.sent("/sign-in/second", code="000000").status_code == 403
        code = phone.at(fixed_day.wall_ms() // 1_000)
        assert other.sent("/sign-in/second", code=f"{code[:3]} {code[3:]}", next="/accounts").status_code == 303
        assert other.look("/accounts").url.path == "/accounts"
    with reader(both) as again:
        again.signed_in("bice")
        assert again.sent("/sign-in/second", code=code).status_code == 403


def test_a_recovery_code_opens_once(both: Centre, browser: Reader) -> None:
    _, codes = set_up(browser)
    for status in (303, 403):
        with reader(both) as other:
            other.signed_in("bice")
            assert other.sent("/sign-in/second", code=codes[0].lower()).status_code == status


def test_guesses_at_the_code_are_limited(both: Centre, browser: Reader) -> None:
    set_up(browser)
    with reader(both) as other:
        other.signed_in("bice")
        answers = [other.sent("/sign-in/second", code=f"{n:06}").status_code for n in range(11)]
        assert answers == [403] * 10 + [429]


def test_it_is_turned_off_by_the_password_alone(both: Centre, browser: Reader) -> None:
    set_up(browser)
    assert browser.sent("/account/second/off", password="a guess").status_code == 403
    browser.followed("/account/second/off", password="quattro parole messe a caso")
    with reader(both) as other:
        assert other.signed_in("bice").url.path == "/"


def test_neither_secret_nor_codes_are_in_the_database(both: Centre, browser: Reader) -> None:
    phone, codes = set_up(browser)
    with both.database.read() as connection:
        rows = [*connection.execute(select(account_table)), *connection.execute(select(recovery_code))]
    told = " ".join(str(row) for row in rows)
    assert phone.secret not in told
    assert not [code for code in codes if code in told or code.replace("-", "") in told]


def test_a_code_is_taken_one_step_early_or_late_and_no_further(both: Centre, browser: Reader) -> None:
    phone, _ = set_up(browser)
    at_ms, keys = 1_800_000_000_000, both.registry.keys.folder
    with both.database.write() as connection:
        ident = connection.execute(select(account_table.c.id)).scalar_one()
        for off, right in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
            connection.execute(update(account_table).values(totp_step=1))
            code = phone.at((at_ms + off * STEP_MS) // 1_000)
            assert second_factor.takes(connection, keys, ident, code, at_ms) is right


def test_a_role_that_needs_it_is_led_to_it_and_nowhere_else(laid_url: str, tmp_path: Path) -> None:
    with centre(laid_url, tmp_path / "keys", second_for=frozenset({"coordinator"})) as running:
        account(running, "bice", role="coordinator")
        account(running, "dora", role="trainer")
        with reader(running) as browser:
            assert browser.signed_in("bice").url.path == "/account/second"
            assert "needs it" in browser.look("/accounts").text
            set_up(browser)
            assert browser.look("/accounts").url.path == "/accounts"
        with reader(running) as browser:
            assert browser.signed_in("dora").url.path == "/"
