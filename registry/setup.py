"""Setting a registry up without HTTP, for the command line, the demo, the bench and tests: the API's own store."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import true, update

from access.hours import local
from access.records import Booking
from access.revocations import sign
from registry import clock, identity, names
from registry.accounts import accounts, accounts_staff, token_rows
from registry.bookings import bookings, resources
from registry.database import Database
from registry.downlink import revocations
from registry.edit import Edit, editing
from registry.guard import acts
from registry.guard.acts import COMMAND_LINE, Act, Did
from registry.guard.areas import Role
from registry.migrate import upgrade
from registry.people import badges, people, roles
from registry.people.enrolments import HOME_ZONE
from registry.problems import Kind, Problem
from registry.seed import accounts as seed_accounts
from registry.seed import bringing as seed_example
from registry.seed import bulk
from registry.seed.files import folder_of, read_example
from registry.sites import live, rekeying, sites
from registry.sites.keys import Keys, write_secret
from registry.tables import core as t

TOKEN_FILE = "gateway.token"  # noqa: S105 -- a file name
KEY_FILE = "credential.key"
ROLES = tuple(str(role) for role in Role if role not in {Role.ADMINISTRATOR, Role.PARTICIPANT})
"""What a person can be made."""
ACCOUNTS_FILE = "accounts"


@dataclass(frozen=True, slots=True)
class GatewayFiles:
    """What a site's gateway is given once, at installation: its token and the site's credential key."""

    site: str
    token: str
    key: bytes

    def write(self, folder: Path) -> None:
        """Write ``gateway.token`` and ``credential.key`` (hex), each for its owner alone. Raises FileExistsError."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_secret(folder / TOKEN_FILE, self.token)
        write_secret(folder / KEY_FILE, self.key.hex())


class Registry:
    """A registry's database and keys, open; a context manager that closes them. Every edit is one transaction."""

    def __init__(self, database_url: str, keys_dir: Path, wall_ms: Callable[[], int] = clock.wall_ms) -> None:
        self.keys = Keys(keys_dir)
        self.keys.open()
        self.database = Database(database_url)
        self._wall_ms = wall_ms
        upgrade(self.database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def first_operator(self) -> str | None:
        """Make and give the first operator's token; None where there is an operator already."""
        token = identity.new_token()
        with self.database.write() as connection:
            made = token_rows.first(connection, identity.new_id(), token, self._wall_ms())
        return token if made else None

    def new_generation(self) -> str:
        """Begin a new history of the feed, after a restore from a backup: gateways take a snapshot of it."""
        generation = identity.new_id()
        with editing(self.database, self._wall_ms()) as edit:
            edit.connection.execute(update(t.feed).values(generation=generation))
        return generation

    def add_site(self, site: str, name: str, timezone: str = "Europe/Rome", municipality: str = "") -> GatewayFiles:
        """Make a site with its key and its gateway's first token. Raises Problem where the id is taken or bad."""
        token = identity.new_token()
        try:
            zone = names.timezone(timezone)
        except ValueError as error:
            raise Problem(Kind.INVALID, f"{error}.") from None
        head = names.checked_name(municipality) if municipality else ""
        made = sites.Site(names.checked_id(site), names.checked_name(name), zone, municipality=head)
        with editing(self.database, self._wall_ms()) as edit:
            key = sites.begin(edit, self.keys, made, identity.new_id(), token, identity.new_key())
        return GatewayFiles(site, token, key)

    def rekey_site(self, site: str, why: str, *, revoke: bool) -> tuple[GatewayFiles, rekeying.Exposed]:
        """Void the credentials and the key of a site whose gateway was stolen, and make others. Raises Problem."""
        fresh = rekeying.Fresh(identity.new_id(), identity.new_token(), identity.new_key())
        with editing(self.database, self._wall_ms()) as edit:
            did = Act(rekeying.REKEYED, COMMAND_LINE, site=site, what=f"{fresh.gateway}: {names.checked_name(why)}")
            acts.note(edit.connection, did, edit.at_ms)
            exposed = rekeying.rekey(edit, self.keys, site, fresh, revoke=revoke)
        return GatewayFiles(site, fresh.token, fresh.key), exposed

    def add_account(self, new: accounts.NewAccount, role: str | None = None, site: str | None = None) -> str:
        """Make an account and give the code that its holder begins with. With a ``role`` at a site (None: at all), who
        is no known person yet becomes one of the account's name. Raises Problem.
        """
        ident, code = identity.new_id(), identity.new_code()
        with editing(self.database, self._wall_ms()) as edit:
            person = new.person
            if role is not None:
                person = self._with_role(edit, new, role, site)
            accounts.add(edit.connection, ident, replace(new, person=person), edit.at_ms)
            accounts.give_code(edit.connection, ident, code, COMMAND_LINE, edit.at_ms)
            acts.note(edit.connection, Act(Did.ACCOUNT_MADE, COMMAND_LINE, ident, person), edit.at_ms)
        return code

    def _with_role(self, edit: Edit, new: accounts.NewAccount, role: str, site: str | None) -> str:
        if role not in ROLES:
            raise Problem(Kind.INVALID, f"a role is one of {', '.join(ROLES)}; choose one of them.")
        person = new.person
        if person is None:
            person = identity.new_id()
            people.add_person(edit, person, people.Profile(names.checked_name(new.name)))
        roles.add(edit, identity.new_id(), roles.Role(person, role, site))
        return person

    def choose_password(self, login: str, kept: str) -> None:
        """Keep a password, hashed, as if its holder had chosen it."""
        with editing(self.database, self._wall_ms()) as edit:
            seed_accounts.choose(edit, login, kept)

    def reset_account(self, login: str) -> str:
        """Void an account's password and give a code in its place. Raises Problem."""
        code = identity.new_code()
        with editing(self.database, self._wall_ms()) as edit:
            found = accounts.of_login(edit.connection, login, edit.at_ms)
            if found is None:
                raise Problem(Kind.NOT_FOUND, "there is no account of this login; check how it is written.")
            accounts.give_code(edit.connection, found.account.id, code, COMMAND_LINE, edit.at_ms)
            accounts_staff.tell_sites(edit, found.account.person)
            acts.note(edit.connection, Act(Did.CODE_MADE, COMMAND_LINE, found.account.id), edit.at_ms)
        return code

    def add_resource(self, site: str, resource: resources.Resource) -> None:
        """Make a desk, room or zone bookable. Raises Problem."""
        with editing(self.database, self._wall_ms()) as edit:
            resources.add(edit, site, resource)

    def add_person(self, profile: people.Profile, ident: str | None = None) -> str:
        """Make a person and give the id, a new one where none is given."""
        made = identity.new_id() if ident is None else names.checked_id(ident)
        named = replace(profile, name=names.checked_name(profile.name))
        with editing(self.database, self._wall_ms()) as edit:
            people.add_person(edit, made, named)
        return made

    def set_rights(self, site: str, person: str, rights: people.Rights) -> None:
        """Say what a person may at a site."""
        with editing(self.database, self._wall_ms()) as edit:
            people.set_rights(edit, site, person, rights)

    def enrol(self, person: str, uid: str, terms: badges.Terms = badges.ALWAYS, ident: str | None = None) -> str:
        """Enrol a card for a person at every site there is, and give the badge's id. Raises Problem."""
        made = identity.new_id() if ident is None else names.checked_id(ident)
        with editing(self.database, self._wall_ms()) as edit:
            shown = badges.credentials(self.keys.of_all(sites.site_ids(edit.connection)), uid)
            badges.enrol(edit, made, person, shown, terms)
        return made

    def revoke(self, badge: str) -> None:
        """Take a badge out of force at every site. Raises Problem."""
        with editing(self.database, self._wall_ms()) as edit:
            badges.revoke(edit, badge)

    def revocations(self, site: str) -> bytes:
        """The signed file of who has lost something at a site, for one that has no network. Raises Problem."""
        with self.database.read() as connection:
            return sign(revocations.of_site(connection, site, self._wall_ms()), self.keys.of(site))

    def book(self, site: str, wanted: bookings.Wanted, ident: str | None = None) -> Booking:
        """Make a booking. Raises Problem where it conflicts."""
        made = identity.new_id() if ident is None else names.checked_id(ident)
        with editing(self.database, self._wall_ms()) as edit:
            return bookings.book(edit, site, made, wanted)

    def cancel(self, site: str, booking: str) -> None:
        """Cancel a booking. Raises Problem."""
        with editing(self.database, self._wall_ms()) as edit:
            bookings.cancel(edit, site, booking)

    def seed(self, brought: bulk.Seed) -> None:
        """Bring in many rows at once, all or nothing. Raises Problem."""
        with editing(self.database, self._wall_ms()) as edit:
            bulk.seed(edit, self.keys, brought)

    def seed_example(self, name: str, files: Path, first: date | None = None) -> Counter[str]:
        """Bring an example in, each of its rows once ever; how many came of each kind. Its first day is ``first``, a
        Monday (None: today or the next). What the gateways of new sites need is written into a folder each in
        ``files``, and the codes of new accounts into ``accounts`` there. Raises Problem, BadExample and
        FileExistsError, and then nothing came.
        """
        example = read_example(folder_of(name))
        at_ms = self._wall_ms()
        today = local(at_ms, ZoneInfo(HOME_ZONE)).date()
        first = today + timedelta(days=-today.weekday() % 7) if first is None else first
        if first.weekday():
            raise Problem(Kind.INVALID, f"{first} is no Monday; an example begins on one.")
        with editing(self.database, at_ms) as edit:
            brought = seed_example.bring(edit, self.keys, Path(name).name, example, first)
            for site, secret in brought.secrets.items():
                GatewayFiles(site, *secret).write(files / site)
            if brought.codes:
                files.mkdir(mode=0o700, parents=True, exist_ok=True)
                lines = (f"{login} {code}" for login, code in brought.codes.items())
                write_secret(files / ACCOUNTS_FILE, "\n".join(lines))
        return brought.came

    def standing(self, site: str) -> live.Standing | None:
        """Where the registry stands in a site's log and what it makes of it; None before the site has spoken."""
        with self.database.read() as connection:
            return next(iter(live.standings(connection, t.site.c.id == site)), None)

    def standings(self) -> list[live.Standing]:
        """``standing`` of every site that has ever spoken, in order."""
        with self.database.read() as connection:
            return live.standings(connection, true())
