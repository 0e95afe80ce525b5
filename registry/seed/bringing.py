"""Bringing an example in: each of its rows once, ever, so that staff may change or take away what they like.

A row that is there already, by whoever, is left as it is. All of it happens in one edit, or nothing.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from registry import identity
from registry.api.meant import site_meant
from registry.downlink import admission
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.seed import accounts as seed_accounts
from registry.seed import rows as seed_rows
from registry.seed.rows import Do, Week
from registry.seed.shapes import AccountLine, Example
from registry.sites import sites
from registry.sites.keys import Keys
from registry.tables import core as t


@dataclass(slots=True)
class Bringing:
    """An example on its way in: which rows came before, which come now, and how many of each kind."""

    edit: Edit
    name: str
    done: set[tuple[str, str]]
    came: Counter[str] = field(default_factory=Counter)
    new: list[dict[str, str]] = field(default_factory=list)

    def once(self, kind: str, ident: str, do: Do) -> bool:
        """Do it where this example never did before; whether it was done. What is there stays. Raises Problem."""
        if (kind, ident) in self.done:
            return False
        self.done.add((kind, ident))
        self.new.append({"example": self.name, "kind": kind, "id": ident})
        try:
            do()
        except Problem as problem:
            if problem.kind is Kind.EXISTS:
                return False
            raise Problem(problem.kind, f"{kind} {ident}: {problem}") from None
        self.came[kind] += 1
        return True


@dataclass(frozen=True, slots=True)
class Brought:
    """What came: how many rows of each kind, each new site's gateway token and credential key, and by login the code
    that each new account begins with.
    """

    came: Counter[str]
    secrets: dict[str, tuple[str, bytes]]
    codes: dict[str, str]


def bring(edit: Edit, keys: Keys, name: str, example: Example, first: date) -> Brought:
    """Bring an example in whose first day is ``first``, a Monday. Raises Problem, and then nothing came."""
    s = t.seeded.c
    before = edit.connection.execute(select(s.kind, s.id).where(s.example == name))
    bringing = Bringing(edit, name, {(kind, ident) for kind, ident in before})
    secrets = _sites(bringing, keys, example)
    zones = edit.connection.execute(select(t.site.c.id, t.site.c.timezone))
    week = Week(first, {ident: ZoneInfo(zone) for ident, zone in zones})
    for kind, ident, do in seed_rows.all_rows(edit, week, example):
        bringing.once(kind, ident, do)
    codes: dict[str, str] = {}
    for line in example.account:
        bringing.once("account", line.login, partial(_account, edit, line, codes))
    if bringing.new:
        edit.connection.execute(insert(t.seeded), bringing.new)
        admission.publish_everywhere(edit, [line.id for line in example.person])
    return Brought(bringing.came, secrets, codes)


def _account(edit: Edit, line: AccountLine, codes: dict[str, str]) -> None:
    codes[line.login] = seed_accounts.add(edit, line)


def _sites(bringing: Bringing, keys: Keys, example: Example) -> dict[str, tuple[str, bytes]]:
    made: dict[str, tuple[str, bytes]] = {}
    edit = bringing.edit
    for line in example.site:
        token = identity.new_token()
        site = site_meant(line.id, line)
        if bringing.once("site", site.id, partial(sites.add_site, edit, site)):
            sites.add_gateway(edit, site.id, identity.new_id(), token)
            made[site.id] = (token, keys.add(site.id, identity.new_key()))
    return made
