"""The two sites of the project's setting, as values: all devices speak our wire."""

from access.site import Desk, Device, Direction, Door, ExitBy, GpioLines, LockSense, Site, StandsFor, Zone

LINES = GpioLines(17, 27, 22)
READER, LOCK, SENSOR = StandsFor.READER, StandsFor.DOOR, StandsFor.DESK_SENSOR


def _site(ident: str, name: str, zones: list[Zone], doors: list[Door], desks: int, devices: list[Device]) -> Site:
    seats = [Desk(f"d{number:02}", f"Postazione {number}", "sala") for number in range(1, desks + 1)]
    sensors = [Device(f"sensore-{seat.id}", "hubout", SENSOR, seat.id) for seat in seats]
    return Site(
        ident,
        name,
        "Europe/Rome",
        {zone.id: zone for zone in zones},
        {door.id: door for door in doors},
        {seat.id: seat for seat in seats},
        {device.id: device for device in [*devices, *sensors]},
    )


CINISELLO = _site(
    "cinisello",
    "Hubout Cinisello Balsamo",
    [Zone("sala", "Sala comune", 24), Zone("lab", "Laboratorio digitale", 12)],
    [
        Door("ingresso", "Ingresso", "sala", gpio=LINES, has_contact=True),
        Door("laboratorio", "Laboratorio", "lab", "sala", controller="serratura-lab", has_contact=True),
    ],
    12,
    [
        Device("lettore-ingresso", "hubout", READER, "ingresso"),
        Device("lettore-lab", "hubout", READER, "laboratorio"),
        Device("serratura-lab", "hubout", LOCK, "laboratorio"),
    ],
)
MATERA = _site(
    "matera",
    "Hubout Matera",
    [Zone("sala", "Sala comune", 16)],
    [
        Door(
            "ingresso",
            "Ingresso",
            "sala",
            exit_by=ExitBy.READER,
            sense=LockSense.FAIL_SAFE,
            gpio=LINES,
            has_contact=True,
        )
    ],
    8,
    [
        Device("lettore-ingresso", "hubout", READER, "ingresso"),
        Device("lettore-uscita", "hubout", READER, "ingresso", direction=Direction.OUT),
    ],
)
