"""Transfers: whoever comes to another site has left this one (domain: transfer)."""

from access.facts import WentElsewhere
from access.turn import Turn


def went_elsewhere(turn: Turn) -> None:
    """Close the stays here that began before their person came to another site. Whoever passed a door here after that
    stays: two open stays are a conflict that the registry shows.
    """
    for moved in turn.replica.elsewhere.values():
        stay = turn.occupancy.stays.get(moved.id)
        if stay is not None and stay.here_ms < moved.at_ms:
            turn.log(WentElsewhere(moved.id, moved.site, moved.at_ms))
