"""A programme with cohorts, teams and a trainer at a site, for tests of what is planned and who comes."""

from registry.edit import editing
from registry.people import roles
from registry.people.people import Profile
from registry.programmes import cohorts, programmes, teams
from registry.setup import Registry

ZONES = {"matera": frozenset({"hall"}), "cinisello": frozenset({"hall"})}


def school(registry: Registry) -> None:
    """``junior`` (16 to 19 years, two seats in cohort c1, which has the teams blu and rossi; c2 at cinisello) and
    ``senior`` (21 to 30, cohort s1); ``tina`` trains at matera.
    """
    registry.add_person(Profile("Tina", ref="T-1"), "tina")
    with editing(registry.database, 0) as edit:
        programmes.add(edit, "junior", programmes.Programme("Junior", 16, 19, zones=ZONES))
        programmes.add(edit, "senior", programmes.Programme("Senior", 21, 30, zones=ZONES))
        cohorts.add(edit, "c1", "junior", "matera", cohorts.Cohort("C1", seats=2))
        cohorts.add(edit, "c2", "junior", "cinisello", cohorts.Cohort("C2"))
        cohorts.add(edit, "s1", "senior", "matera", cohorts.Cohort("S1"))
        for team in ("blu", "rossi"):
            teams.add(edit, team, "c1", team.title())
        roles.add(edit, "r1", roles.Role("tina", "trainer", "matera"))
