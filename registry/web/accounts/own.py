"""One's own account: who one is here, the password, and the browsers that are signed in."""

from fastapi import APIRouter, Response

from pages import passwords
from registry.accounts import accounts, accounts_staff, web_sessions
from registry.guard.acts import Did
from registry.names import Id
from registry.web.asked import NEW_PASSWORD, Asked, Looking, Sending
from registry.web.face import SIGN_IN, see

ACCOUNT = "/account"


def routes() -> APIRouter:
    """One's own account's pages."""
    router = APIRouter()
    _sessions(router)
    _password(router)
    return router


def _sessions(router: APIRouter) -> None:
    @router.get(ACCOUNT)
    def account(asked: Looking) -> Response:
        """Who one is here, and one's sessions."""
        with asked.reading() as connection:
            own = accounts.one(connection, asked.viewer.account)
            sessions = web_sessions.of_account(connection, own.id, asked.at_ms)
        return asked.page("account.html", account=own, sessions=sessions)

    @router.post(f"{ACCOUNT}/sessions/{{session}}/end")
    def end(asked: Sending, session: Id) -> Response:
        """End another of one's own sessions."""
        with asked.editing() as edit:
            if web_sessions.end(edit.connection, asked.viewer.account, session):
                asked.note(edit.connection, Did.SESSION_ENDED, account=asked.viewer.account)
        return asked.see(ACCOUNT, "success", asked.t("account.session_ended"))

    @router.post(f"{ACCOUNT}/sessions/end-others")
    def end_others(asked: Sending) -> Response:
        """End every other one."""
        with asked.editing() as edit:
            web_sessions.end_all(edit.connection, asked.viewer.account, but=asked.viewer.session)
            asked.note(edit.connection, Did.SESSION_ENDED, account=asked.viewer.account)
        return asked.see(ACCOUNT, "success", asked.t("account.sessions_ended"))

    @router.post(f"{ACCOUNT}/sessions/end-all")
    def end_all(asked: Sending) -> Response:
        """End every one, this one too."""
        with asked.editing() as edit:
            web_sessions.end_all(edit.connection, asked.viewer.account)
            asked.note(edit.connection, Did.SESSION_ENDED, "all", account=asked.viewer.account)
        return see(SIGN_IN)


def _password(router: APIRouter) -> None:
    @router.get(NEW_PASSWORD)
    def password(asked: Looking) -> Response:
        """The form of a new password."""
        return _form(asked)

    @router.post(NEW_PASSWORD)
    def change(asked: Sending) -> Response:
        """Choose a new password; one's other sessions end. 422 for one that may not be chosen, 403 for a wrong one."""
        chosen = asked.fields.get("new", "")
        with asked.reading() as connection:
            own = accounts.one(connection, asked.viewer.account)
            kept = accounts.password_of(connection, own.id)
        if not own.must_change and kept is not None and not passwords.matches(kept, asked.fields.get("old", "")):
            return _form(asked, 403, old=asked.t("password.wrong"))
        weak = passwords.weakness(chosen, own.login, own.name)
        if weak is not None:
            return _form(asked, 422, new=asked.t(f"password.weak.{weak}"))
        if chosen != asked.fields.get("again", ""):
            return _form(asked, 422, again=asked.t("password.differs"))
        hashed = passwords.hashed(chosen)
        with asked.editing() as edit:
            accounts.set_password(edit.connection, own.id, hashed)
            accounts_staff.tell_sites(edit, own.person)
            web_sessions.end_all(edit.connection, own.id, but=asked.viewer.session)
            asked.note(edit.connection, Did.PASSWORD_SET, account=own.id)
        return asked.see(ACCOUNT, "success", asked.t("password.changed"))


def _form(asked: Asked, status: int = 200, *, old: str = "", new: str = "", again: str = "") -> Response:
    with asked.reading() as connection:
        own = accounts.one(connection, asked.viewer.account)
    wrong = {"old": old, "new": new, "again": again}
    asks_old = own.has_password and not own.must_change
    fewest = passwords.FEWEST_CHARACTERS
    return asked.page("password.html", status=status, account=own, wrong=wrong, asks_old=asks_old, fewest=fewest)
