"""People react to what the reader shows, and do nothing where they are not."""

from dataclasses import replace

from access.site import Direction, ExitBy
from firmware_sim.crowd import BeginVisit, Crowd, EndVisit, OpenByHand, PressExit, Push, Tapped, ToDevice, act, shown
from firmware_sim.doings import Show
from firmware_sim.happenings import BatterySet, CardShown, CardTaken, SeatLeft, SeatTaken
from firmware_sim.scenario import VISITORS, Befalls, Comes, Fidgets, Goes, LetsIn, Rises, SeesOff, Sits
from tests.support.places import CINISELLO, MATERA

UID = "04A1B2C3D4E580"
COMES = Comes("anna", UID, "lettore-ingresso")
TAP = (ToDevice("lettore-ingresso", CardShown(UID)), ToDevice("lettore-ingresso", CardTaken(), 400))


def inside(zone: str = "sala") -> Crowd:
    return Crowd(CINISELLO, where={"anna": zone})


def test_a_granted_person_pushes_the_door_and_is_inside() -> None:
    asking, deeds = act(Crowd(CINISELLO), COMES)
    assert deeds == TAP
    assert shown(asking, "lettore-ingresso", Show("asking", UID)) == (asking, ())
    crowd, deeds = shown(asking, "lettore-ingresso", Show("granted", UID))
    assert deeds == (Push("ingresso", inside=False),)
    assert crowd.zone_of("anna") == "sala"
    assert shown(crowd, "lettore-ingresso", Show("granted", UID)) == (crowd, ())


def test_a_refused_person_goes_away_and_nothing_of_their_day_happens() -> None:
    asking, _ = act(Crowd(CINISELLO), COMES)
    for signal in ("denied", "wait"):
        crowd, deeds = shown(asking, "lettore-ingresso", Show(signal, UID))
        assert (crowd.inside, crowd.tapped, deeds) == (frozenset(), {}, ())
        for doing in (Sits("anna", "sensore-d01"), Rises("anna", "sensore-d01"), Goes("anna", UID, "ingresso")):
            assert act(crowd, doing) == (crowd, ())


def test_an_answer_to_another_card_or_at_another_reader_moves_nobody() -> None:
    asking, _ = act(Crowd(CINISELLO), COMES)
    assert shown(asking, "lettore-ingresso", Show("granted", "04FF")) == (asking, ())
    assert shown(asking, "lettore-lab", Show("granted", UID)) == (asking, ())
    assert shown(asking, "elsewhere", Show("granted", UID)) == (asking, ())


def test_who_is_inside_already_does_not_come_again() -> None:
    assert act(inside(), COMES) == (inside(), ())


def test_an_inner_door_is_reached_from_its_outer_zone_alone() -> None:
    comes = Comes("anna", UID, "lettore-lab")
    assert act(Crowd(CINISELLO), comes)[1] == ()
    asking, deeds = act(inside(), comes)
    assert deeds
    assert shown(asking, "lettore-lab", Show("granted", UID))[0].zone_of("anna") == "lab"


def test_by_a_handle_people_just_go_and_rise_first() -> None:
    seated, deeds = act(inside(), Sits("anna", "sensore-d01"))
    assert deeds == (ToDevice("sensore-d01", SeatTaken()),)
    gone, deeds = act(seated, Goes("anna", UID, "ingresso"))
    assert deeds == (ToDevice("sensore-d01", SeatLeft()), Push("ingresso", inside=True))
    assert (gone.inside, gone.seated) == (frozenset(), {})


def test_an_inner_doors_handle_leads_back_to_the_outer_zone() -> None:
    assert act(inside("lab"), Goes("anna", UID, "laboratorio"))[0].zone_of("anna") == "sala"


def test_by_a_button_people_press_it_first() -> None:
    door = replace(CINISELLO.doors["ingresso"], exit_by=ExitBy.BUTTON)
    site = replace(CINISELLO, doors={**CINISELLO.doors, "ingresso": door})
    crowd = Crowd(site, where={"anna": "sala"})
    assert act(crowd, Goes("anna", UID, "ingresso"))[1] == (PressExit("ingresso"), Push("ingresso", inside=True))


def test_by_an_out_reader_people_tap_and_go_whatever_it_shows() -> None:
    crowd = Crowd(MATERA, where={"anna": "sala"})
    tapping, deeds = act(crowd, Goes("anna", UID, "ingresso"))
    assert deeds[0] == ToDevice("lettore-uscita", CardShown(UID))
    assert tapping.tapped == {UID: Tapped("anna", "ingresso", Direction.OUT)}
    for signal in ("granted", "wait"):
        gone, deeds = shown(tapping, "lettore-uscita", Show(signal, UID))
        assert deeds == (Push("ingresso", inside=True),)
        assert gone.inside == frozenset()


def test_a_taken_seat_stays_with_who_has_it() -> None:
    crowd = Crowd(CINISELLO, where={"anna": "sala", "bruno": "sala"}, seated={"bruno": "sensore-d01"})
    assert act(crowd, Sits("anna", "sensore-d01")) == (crowd, ())


def test_who_sits_elsewhere_rises_first() -> None:
    crowd = Crowd(CINISELLO, where={"anna": "sala"}, seated={"anna": "sensore-d01"})
    moved, deeds = act(crowd, Sits("anna", "sensore-d02"))
    assert deeds == (ToDevice("sensore-d01", SeatLeft()), ToDevice("sensore-d02", SeatTaken()))
    assert moved.seated == {"anna": "sensore-d02"}


def test_only_who_sits_fidgets_or_rises() -> None:
    assert act(inside(), Fidgets("anna", "sensore-d01", 1)) == (inside(), ())
    assert act(inside(), Rises("anna", "sensore-d01")) == (inside(), ())
    seated = replace(inside(), seated={"anna": "sensore-d01"})
    assert act(seated, Rises("anna", "sensore-d01")) == (inside(), (ToDevice("sensore-d01", SeatLeft()),))


def test_a_host_who_is_inside_lets_visitors_in_who_go_by_themselves() -> None:
    lets_in = LetsIn("anna", "ingresso")
    assert act(Crowd(CINISELLO), lets_in)[1] == ()
    crowd, deeds = act(inside(), lets_in)
    push = Push("ingresso", inside=False, after_ms=500)
    assert deeds == (OpenByHand("anna", "ingresso"), push, BeginVisit("anna", "sala"))
    gone, deeds = act(crowd, Goes(VISITORS, "", "ingresso"))
    assert deeds == (Push("ingresso", inside=True),)
    assert gone.inside == {"anna"}


def test_a_host_says_that_visitors_have_gone_while_inside_and_only_where_there_were_some() -> None:
    sees_off = SeesOff("anna", "sala")
    assert act(inside(), sees_off) == (inside(), ())
    crowd, _ = act(inside(), LetsIn("anna", "ingresso"))
    assert act(crowd, sees_off) == (crowd, (EndVisit("anna", "sala"),))
    gone, _ = act(crowd, Goes("anna", UID, "ingresso"))
    assert act(gone, sees_off) == (gone, ())


def test_a_pin_is_typed_where_it_is_asked_for() -> None:
    _, deeds = act(Crowd(CINISELLO), replace(COMES, pin="0417"))
    assert deeds[0] == ToDevice("lettore-ingresso", CardShown(UID, "0417"))


def test_what_befalls_a_device_befalls_it() -> None:
    crowd = Crowd(CINISELLO)
    assert act(crowd, Befalls("sensore-d01", BatterySet(0))) == (crowd, (ToDevice("sensore-d01", BatterySet(0)),))
