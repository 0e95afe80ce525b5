"""The demo's accounts: one of each role, that open with the password which the demo prints."""

from pathlib import Path

from access.records import Membership, Person
from firmware_sim.scenario import DayPlan
from hubout.demo.accounts import PASSWORD, sign_ins
from pages import passwords
from registry.accounts import accounts
from registry.people.people import Profile
from registry.setup import Registry


def test_every_login_that_the_demo_prints_opens_with_its_password(tmp_path: Path) -> None:
    anna = Person("anna", "Anna", frozenset({"hall"}), groups=(Membership("matera-senior"),))
    with Registry(f"sqlite:///{tmp_path / 'registry.db'}", tmp_path / "keys") as registry:
        registry.add_site("matera", "Matera")
        registry.add_person(Profile("Anna"), "anna")
        plan = DayPlan("matera", (anna,), (), (), (), (), frozenset())
        logins = sign_ins(registry, [plan])
        assert logins == ["admin", "coordinamento", "sportello-matera", "partecipante-matera"]
        with registry.database.read() as connection:
            found = [accounts.of_login(connection, login, 0) for login in logins]
    assert all(one is not None and passwords.matches(one.password, PASSWORD) for one in found)
    assert all(one is not None and not one.account.must_change for one in found)
