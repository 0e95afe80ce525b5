"""What people were recognised for at sessions of modules: the training gate's evidence, from attendance alone.

An open stay counts as far as its site's log has come, so that what a site is told follows from what is kept, not from
the moment at which it is reckoned.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from access.training import Work
from registry.attendance.attendance import Register, registers
from registry.programmes.sittings import belongings, expected, of_groups, sittings
from registry.tables import core as t


def work_of(connection: Connection, persons: Sequence[str]) -> Mapping[str, Sequence[Work]]:
    """Each person's recognised work at delivered sessions of modules; who has none is not named."""
    times = belongings(connection, persons=persons)
    groups = sorted({one.group for one in times})
    if not groups:
        return {}
    s = t.session.c
    held = sittings(connection, of_groups(groups) & s.module.is_not(None) & (s.state == "delivered"))
    found = {person: some for person, some in expected(held, times).items() if person in set(persons)}
    if not found:
        return {}
    worked = {one.person: work(one) for one in registers(connection, found, 0, clipped=True)}
    return {person: rows for person, rows in worked.items() if rows}


def work(register: Register) -> list[Work]:
    """A register's rows as training counts them."""
    return [
        Work(
            sitting.module, sitting.session.id, sitting.session.end_ms, have.delivered_minutes, have.recognised_minutes
        )
        for sitting, have in register.rows
        if sitting.module is not None and have.recognised_minutes > 0
    ]
