"""A badge's PIN: digits come in, a keyed hash for each of the card's credentials stays, at every site that knows it."""

from collections.abc import Mapping
from itertools import pairwise

from sqlalchemy import select, update

from access.credential import pin_hash
from registry.edit import Edit
from registry.people import badges
from registry.problems import Kind, Problem
from registry.tables import core as t


def set_pin(edit: Edit, keys: Mapping[str, bytes], badge: str, pin: str) -> None:
    """Give a known badge a PIN, at the sites of ``keys`` that know its card; the PIN is then forgotten.

    A site that comes to know the card later has no PIN of it until one is set again. Raises Problem for a PIN that
    whoever finds the card tries first.
    """
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        raise Problem(Kind.INVALID, "pin: the same digit again, or digits in a row, are tried first; choose another.")
    c = t.credential.c
    rows = edit.connection.execute(select(c.site, c.hash).where(c.badge == badge)).all()
    for site, digest in rows:
        if site in keys:
            hashed = pin_hash(keys[site], bytes(digest), pin)
            edit.connection.execute(update(t.credential).where(c.site == site, c.hash == digest).values(pin=hashed))
    badges.touched(edit, badge)


def drop_pin(edit: Edit, badge: str) -> None:
    """Take a known badge's PIN away: no door that asks for one opens to it."""
    edit.connection.execute(update(t.credential).where(t.credential.c.badge == badge).values(pin=None))
    badges.touched(edit, badge)
