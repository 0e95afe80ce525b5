"""Who signs in at the demo's centre: an account of each role, all with one password that is told at the start."""

from collections.abc import Iterable

from firmware_sim.scenario import DayPlan
from pages import passwords
from registry.accounts.accounts import NewAccount
from registry.setup import Registry

PASSWORD = "una giornata di prova"  # noqa: S105 -- of a demo on this machine alone, which prints it


def sign_ins(registry: Registry, plans: Iterable[DayPlan]) -> list[str]:
    """Make them; their logins. Participants are the first of each site's day who are in a programme."""
    registry.add_account(NewAccount("admin", "Amministrazione", administrator=True))
    registry.add_account(NewAccount("coordinamento", "Bice Guida"), "coordinator")
    logins = ["admin", "coordinamento"]
    for plan in plans:
        login = f"sportello-{plan.site}"
        registry.add_account(NewAccount(login, f"Sportello {plan.site.title()}"), "operator", plan.site)
        anybody = next((one for one in plan.people if one.groups and not one.transfer), None)
        logins.append(login)
        if anybody is not None:
            registry.add_account(NewAccount(f"partecipante-{plan.site}", anybody.name, anybody.id))
            logins.append(f"partecipante-{plan.site}")
    kept = passwords.hashed(PASSWORD)
    for login in logins:
        registry.choose_password(login, kept)
    return logins
