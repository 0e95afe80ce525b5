"""Site files for tests: a small builder of the tables that a test cares about, and the rest as any site has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Value = str | int | float | bool | Mapping[str, "Value"]
Table = Mapping[str, Value]

SITE = "matera"
FRONT_LOCK, FRONT_CONTACT, FRONT_REX, SIDE_LOCK = 17, 27, 22, 18


@dataclass(frozen=True, slots=True)
class Plan:
    """What stands at a site: the tables as in the file; all doors lead into the zone ``hall``."""

    doors: Sequence[Table] = ()
    desks: Sequence[Table] = ()
    devices: Sequence[Table] = ()
    policy: Table = field(default_factory=dict)
    storage: str = "state"
    reserve_mb: int = 0
    log_max_mb: int = 2_048
    site: str = SITE


def door(ident: str, lock: int, *, pulse_ms: int = 400, **more: Value) -> Table:
    """A door of the hall with its lock on a pin."""
    named: Table = {"id": ident, "name": ident.title(), "zone": "hall", "pulse_ms": pulse_ms, "max_lease_ms": 10_000}
    return {**named, "gpio": {"lock": lock}, **more}


def desk(ident: str) -> Table:
    """A desk of the hall."""
    return {"id": ident, "name": ident.title(), "zone": "hall"}


def reader(ident: str, at: str, driver: str = "hubout", **more: Value) -> Table:
    """A reader at a door."""
    return {"id": ident, "driver": driver, "stands_for": "reader", "door": at, **more}


def sensor(ident: str, of: str, driver: str = "hubout", **more: Value) -> Table:
    """A desk's sensor."""
    return {"id": ident, "driver": driver, "stands_for": "desk-sensor", "desk": of, **more}


def site_text(plan: Plan, broker: Table, registry_port: int, pages_port: int) -> str:
    """The text of a site file beside which ``secrets`` holds the files that it names."""
    parts = [
        _table("[site]", {"id": plan.site, "name": f"Hubout {plan.site.title()}", "timezone": "Europe/Rome"}),
        _table("[[zones]]", {"id": "hall", "name": "Hall", "capacity": 400}),
        *(_table("[[doors]]", one) for one in plan.doors),
        *(_table("[[desks]]", one) for one in plan.desks),
        *(_table("[[devices]]", one) for one in plan.devices),
        _table("[broker]", broker),
        _table("[registry]", {"url": f"http://127.0.0.1:{registry_port}", "token_file": "secrets/gateway.token"}),
        _table("[storage]", {"directory": plan.storage, "reserve_mb": plan.reserve_mb, "log_max_mb": plan.log_max_mb}),
        _table("[keys]", {"credential_key_file": "secrets/credential.key"}),
        _table("[keeper]", {"socket": "keeper.sock", "pins": "mock", "mock_directory": "pins"}),
        _table("[pages]", {"port": pages_port, "code_file": "secrets/pages-code"}),
        _table("[live]", {"publish": True}),
        _table("[policy]", plan.policy),
    ]
    return "\n".join(parts)


def _table(header: str, fields: Table) -> str:
    name = header.strip("[]")
    lines = [f"{key} = {_value(value)}" for key, value in fields.items() if not isinstance(value, Mapping)]
    inner = [_table(f"[{name}.{key}]", value) for key, value in fields.items() if isinstance(value, Mapping)]
    return "\n".join([header, *lines, *inner, ""])


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
