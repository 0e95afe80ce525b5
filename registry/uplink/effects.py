"""What rows of the confirmed branch of a site's log change elsewhere, in log order: walk-ins, bookings, whereabouts,
training, and badges that were barred.
"""

from collections.abc import Iterator, Sequence

from access.facts_people import CheckedIn, NoShow
from registry.attendance import training_told, whereabouts
from registry.bookings import noshow, walked_in
from registry.edit import Edit
from registry.uplink import told_denials
from registry.uplink.folding import Told

KINDS = noshow.KINDS | whereabouts.KINDS | told_denials.KINDS | walked_in.KINDS
"""The kinds of facts that may have any."""


def apply(edit: Edit, site: str, told: Sequence[Told]) -> None:
    """Bring everything in line with what these rows tell; what cannot be read tells nothing."""
    walked_in.follow(edit, site, told)
    noshow.apply(edit, site, _of_bookings(told))
    whereabouts.follow(edit, told)
    training_told.tell_stays(edit, told)
    told_denials.follow(edit, site, told)


def _of_bookings(told: Sequence[Told]) -> Iterator[noshow.Came]:
    for one in told:
        if isinstance(one.fact, CheckedIn | NoShow):
            yield noshow.Came(one.fact, one.at_ms)
