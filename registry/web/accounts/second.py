"""The second step at signing in: asked for, set up with a phone, taken away; and recovery codes, shown once."""

from math import ceil
from pathlib import Path

import pyotp
import segno
from fastapi import APIRouter, Response

from pages import passwords
from registry import identity
from registry.accounts import accounts, second_factor, web_sessions
from registry.guard.acts import Act, Did
from registry.web.accounts.own import ACCOUNT
from registry.web.accounts.sign_in import guessed_wrong, waits_s
from registry.web.asked import SECOND, SETUP, Asked, Here, Looking, Sending
from registry.web.face import own_path, see


def routes() -> APIRouter:
    """The step itself, and its pages in one's own account."""
    router = APIRouter()
    _asked_for(router)
    _set_up(router)
    return router


def _asked_for(router: APIRouter) -> None:
    @router.get(SECOND)
    def form(asked: Looking, next: str = "/") -> Response:  # noqa: A002 -- the name in the address
        """The form; who has passed goes on."""
        go_on = own_path(next)
        return see(go_on) if asked.viewer.passed else asked.page("second.html", go_on=go_on, wrong="")

    @router.post(SECOND)
    def show(asked: Sending, face: Here) -> Response:
        """Show a code. 403 for a wrong one, 429 for too many."""
        go_on, holder = own_path(asked.fields.get("next", "/")), asked.viewer.account
        name = f"second {holder}"
        if (wait_s := waits_s(face, asked.request, name)) > 0:
            wrong = asked.t.number("sign_in.wait", ceil(wait_s))
            return asked.page("second.html", status=429, go_on=go_on, wrong=wrong)
        with asked.editing() as edit:
            right = second_factor.takes(
                edit.connection, _keys(asked), holder, asked.fields.get("code", ""), asked.at_ms
            )
            if right:
                web_sessions.pass_second(edit.connection, asked.viewer.session)
        if right:
            face.by_login.right(name)
            return see(go_on)
        guessed_wrong(face, asked.request, name, Act(Did.FAILED, account=holder))
        return asked.page("second.html", status=403, go_on=go_on, wrong=asked.t("second.wrong"))


def _set_up(router: APIRouter) -> None:
    @router.get(SETUP)
    def about(asked: Looking) -> Response:
        """Whether it is on; while it is set up, what the phone scans."""
        return _setup(asked)

    @router.post(SETUP)
    def begin(asked: Sending) -> Response:
        """Make a secret, for a phone to scan."""
        with asked.editing() as edit:
            if not accounts.one(edit.connection, asked.viewer.account).totp_on:
                second_factor.begin(
                    edit.connection, _keys(asked), asked.viewer.account, pyotp.random_base32(), asked.at_ms
                )
        return see(SETUP)

    @router.post(f"{SETUP}/confirm")
    def confirm(asked: Sending) -> Response:
        """Show that the phone has it; then it is on, and the recovery codes are shown."""
        holder, codes = asked.viewer.account, [identity.new_code() for _ in range(second_factor.RECOVERY_CODES)]
        with asked.editing() as edit:
            right = second_factor.takes(
                edit.connection, _keys(asked), holder, asked.fields.get("code", ""), asked.at_ms
            )
            if right:
                second_factor.turn_on(edit.connection, holder, codes)
                web_sessions.end_all(edit.connection, holder, but=asked.viewer.session)
                asked.note(edit.connection, Did.SECOND_ON, account=holder)
        if not right:
            return _setup(asked, 403, asked.t("second.wrong"))
        return asked.page("second_codes.html", codes=codes)

    @router.post(f"{SETUP}/off")
    def off(asked: Sending) -> Response:
        """Take it away, by one's password."""
        with asked.reading() as connection:
            kept = accounts.password_of(connection, asked.viewer.account)
        if kept is not None and not passwords.matches(kept, asked.fields.get("password", "")):
            return _setup(asked, 403, asked.t("password.wrong"))
        with asked.editing() as edit:
            second_factor.turn_off(edit.connection, asked.viewer.account)
            asked.note(edit.connection, Did.SECOND_OFF, account=asked.viewer.account)
        return asked.see(ACCOUNT, "success", asked.t("second.is_off"))


def _keys(asked: Asked) -> Path:
    return asked.face.shared.keys.folder


def _setup(asked: Asked, status: int = 200, wrong: str = "") -> Response:
    with asked.reading() as connection:
        own = accounts.one(connection, asked.viewer.account)
        secret = None if own.totp_on else second_factor.secret_of(connection, _keys(asked), own.id)
    picture = None if secret is None else segno.make(second_factor.address(secret, own.login)).svg_data_uri(scale=5)
    return asked.page("second_setup.html", status=status, account=own, secret=secret, picture=picture, wrong=wrong)
