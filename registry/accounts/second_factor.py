"""A second step at signing in: codes that change every half minute (RFC 6238), and recovery codes for a lost phone.

Each code opens once: the last step that was used is kept, and a recovery code goes when it is used.
"""

from collections.abc import Sequence
from hmac import compare_digest
from pathlib import Path

import pyotp
from sqlalchemy import Connection, delete, insert, select, update

from registry import store
from registry.accounts.sealing import seal, unseal
from registry.accounts.tokens import hashed
from registry.identity import bare_code
from registry.tables.accounts import account, recovery_code

STEP_MS = 30_000
STEPS_OFF = 1
"""How many steps a phone's clock may be off."""
RECOVERY_CODES = 8
ISSUER = "Hubout"


def begin(connection: Connection, keys: Path, ident: str, secret: str, at_ms: int) -> None:
    """Keep a new secret (base32); it counts once a code of it was shown."""
    kept = {"totp": seal(keys, secret.encode(), at_ms), "totp_on": False, "totp_step": None}
    store.change(connection, account, account.c.id == ident, kept)


def secret_of(connection: Connection, keys: Path, ident: str) -> str | None:
    """An account's secret; None where it has none. Raises BadKey."""
    sealed = connection.execute(select(account.c.totp).where(account.c.id == ident)).scalar_one_or_none()
    return None if sealed is None else unseal(keys, sealed).decode()


def address(secret: str, login: str) -> str:
    """What a phone scans: the secret, and what it is of."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def turn_on(connection: Connection, ident: str, codes: Sequence[str]) -> None:
    """Ask for it from now on; these recovery codes are the account's."""
    store.change(connection, account, account.c.id == ident, {"totp_on": True})
    connection.execute(delete(recovery_code).where(recovery_code.c.account == ident))
    connection.execute(insert(recovery_code), [{"account": ident, "hash": hashed(bare_code(one))} for one in codes])


def turn_off(connection: Connection, ident: str) -> None:
    """Ask for it no more, and forget its secret."""
    store.change(connection, account, account.c.id == ident, {"totp": None, "totp_on": False, "totp_step": None})
    connection.execute(delete(recovery_code).where(recovery_code.c.account == ident))


def takes(connection: Connection, keys: Path, ident: str, code: str, at_ms: int) -> bool:
    """Whether a code opens, which it then has done: a phone's of about now, or a recovery code."""
    return _takes_phones(connection, keys, ident, code, at_ms) or _takes_recovery(connection, ident, code)


def _takes_phones(connection: Connection, keys: Path, ident: str, code: str, at_ms: int) -> bool:
    secret, now = secret_of(connection, keys, ident), at_ms // STEP_MS
    if secret is None:
        return False
    typed, codes = "".join(code.split()).encode("utf-8", "replace"), pyotp.TOTP(secret)
    steps = [one for one in range(now - STEPS_OFF, now + STEPS_OFF + 1) if _is(codes, one, typed)]
    later = account.c.totp_step.is_(None) | (account.c.totp_step < max(steps, default=0))
    used = update(account).where(account.c.id == ident, later).values(totp_step=max(steps, default=0))
    return bool(steps) and connection.execute(used).rowcount == 1


def _is(codes: pyotp.TOTP, step: int, typed: bytes) -> bool:
    return compare_digest(codes.at(step * STEP_MS // 1_000).encode(), typed)


def _takes_recovery(connection: Connection, ident: str, code: str) -> bool:
    r = recovery_code.c
    used = delete(recovery_code).where(r.account == ident, r.hash == hashed(bare_code(code)))
    return connection.execute(used).rowcount == 1
