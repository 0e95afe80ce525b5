"""What a report counts, as it was read, before anything is left out of it: this names people and is never published."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from access.disclosure import Key
from registry.reports.periods import Period

BANDS = ("21-", "18-20", "-17")
"""The ages of domain.md's cohorts, at enrolment: minors, up to 20, and above. In the order in which tables are cut."""
_LOWEST: Mapping[str, int] = {"-17": 0, "18-20": 18, "21-": 21}
_HIGHEST: Mapping[str, int] = {"-17": 17, "18-20": 20, "21-": 200}


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme's name and its ages."""

    name: str
    age_min: int | None = None
    age_max: int | None = None

    @property
    def bands(self) -> tuple[str, ...]:
        """The ages that it can have; all, where it says none."""
        low, high = self.age_min or 0, 200 if self.age_max is None else self.age_max
        return tuple(band for band in BANDS if _LOWEST[band] <= high and low <= _HIGHEST[band]) or BANDS

    def band(self, age: int | None) -> str:
        """Where somebody of an age at enrolment is counted: whoever is outside all, or of no known age, in the first of
        the programme's.
        """
        bands = self.bands
        return next((one for one in bands if age is not None and _LOWEST[one] <= age <= _HIGHEST[one]), bands[0])


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is of a period. Keys are (site, programme), (site, kind of place), (site, kind of visit) or a site.

    ``enrolled``: who is counted where, by age. ``sessions``: minutes of sessions held. ``attended``, ``service`` (by
    ledger), ``used``, ``unused``: minutes by person. ``visits``, ``helped`` (at the citizens' desk): minutes of each.
    ``places`` are the kinds of what can be booked at each site, ``opened`` the sites that have ever told of anything;
    ``municipalities`` of which sites are, where that is said.
    """

    period: Period
    sites: Mapping[str, str]
    programmes: Mapping[str, Programme]
    enrolled: Mapping[Key, Mapping[str, frozenset[str]]]
    completed: frozenset[str]
    sessions: Mapping[Key, int]
    attended: Mapping[Key, Mapping[str, int]]
    service: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    used: Mapping[Key, Mapping[str, int]] = field(default_factory=dict)
    unused: Mapping[Key, Mapping[str, int]] = field(default_factory=dict)
    visits: Mapping[Key, Mapping[str, int]] = field(default_factory=dict)
    helped: Mapping[Key, Mapping[str, int]] = field(default_factory=dict)
    peaks: Mapping[str, int] = field(default_factory=dict)
    places: frozenset[Key] = frozenset()
    opened: tuple[str, ...] = ()
    municipalities: Mapping[str, str] = field(default_factory=dict)
