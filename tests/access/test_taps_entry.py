"""A card at an in-reader: granted is not entered, and who entered is counted once."""

from tests.support.transcript import play


def test_a_granted_person_enters_when_the_door_opens() -> None:
    played = play("""
        >> +100 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +1000 door front opens
        << log door front open grant
        << log entered anna front hall 1-3 not-estimated
        >> +2000 door front closes
        << log door front not-open
    """)
    assert played.state.occupancy.headcount("hall") == 1


def test_the_door_may_open_until_the_pulse_and_five_seconds_have_passed() -> None:
    play("""
        >> +0 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +8000 door front opens
        << log door front open grant
        << log entered anna front hall 1-3 not-estimated
    """)


def test_an_opening_after_that_is_nobodys_entry() -> None:
    played = play("""
        >> +0 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +8001 door front opens
        << log door front open handle
        << log left front hall
    """)
    assert not played.state.occupancy.stays


def test_several_grants_under_one_opening_all_count() -> None:
    play("""
        >> +0 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +1000 tap in bruno
        << log front grants bruno: booking
        << lease front 6000 for 1-4 of k1
        << answer in 2 granted known
        >> +500 door front opens
        << log door front open grant
        << log entered anna front hall 1-3 not-estimated
        << log entered bruno front hall 1-4 not-estimated
        >> +500 tap in sara
        << log front grants sara: standing
        << lease front 3000 for 1-8 of k1
        << log entered sara front hall 1-8 not-estimated
        << answer in 3 granted known
    """)


def test_a_person_granted_twice_enters_once() -> None:
    play("""
        >> +0 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +1500 tap in anna-two
        << log front grants anna: booking
        << lease front 3000 for 1-4 of k1
        << answer in 2 granted known
        >> +500 door front opens
        << log door front open grant
        << log entered anna front hall 1-3 not-estimated
        >> +500 tap in anna
        << log front grants anna: booking
        << lease front 3000 for 1-7 of k1
        << answer in 3 granted known
    """)


def test_a_person_who_comes_back_under_a_later_opening_had_left_unseen() -> None:
    played = play("""
        >> +0 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +500 door front opens
        << log door front open grant
        << log entered anna front hall 1-3 not-estimated
        >> +500 door front closes
        << log door front not-open
        >> +1000 tap in anna
        << log front grants anna: booking
        << lease front 3000 for 1-7 of k1
        << answer in 2 granted known
        >> +500 door front opens
        << log door front open grant
        << log entered anna front hall 1-7 not-estimated
    """)
    assert played.state.occupancy.stays["anna"].estimated
    assert "hall" in played.state.occupancy.estimated


def test_a_lapsed_second_grant_leaves_the_first() -> None:
    play("""
        >> +0 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +1500 tap in anna
        << log front grants anna: booking
        << lease front 3000 for 1-4 of k1
        << answer in 2 granted known
        >> +10 lease-refused front late grant=1-4
        << log grant-lapsed 1-4 front late
        >> +500 door front opens
        << log door front open grant
        << log entered anna front hall 1-3 not-estimated
    """)


def test_a_lapsed_grant_is_nobodys_entry() -> None:
    play("""
        >> +0 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +10 lease-refused front late grant=1-3
        << log grant-lapsed 1-3 front late
        >> +500 door front opens
        << log door front open handle
        << log left front hall
    """)


def test_a_grant_nobody_used_is_forgotten() -> None:
    played = play("""
        >> +0 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> wait 9000
    """)
    assert played.state.doors["front"].waiting == ()


def test_a_door_without_a_contact_counts_at_once_and_says_so() -> None:
    played = play("""
        >> +0 tap free-in anna
        << log device free-in online
        << log free grants anna: booking
        << log entered anna free hall 1-3 estimated
        << answer free-in 1 granted known
        >> +1500 tap free-in anna
        << log free grants anna: booking
        << answer free-in 2 granted known
        >> wait 10000
    """)
    assert "hall" in played.state.occupancy.estimated
    assert played.state.doors["free"].counted == ()


def test_whom_a_door_without_a_contact_counted_wrongly_is_out_again() -> None:
    played = play("""
        >> +0 subscribed makers
        >> +3000 tap side-in anna
        << log device side-in online
        << log side grants anna: booking
        << lease side 3000 for 1-3 of k1
        << log entered anna side hall 1-3 estimated
        >> +10 lease-refused side busy grant=1-3
        << log grant-lapsed 1-3 side busy
        << log left side hall anna
    """)
    assert not played.state.occupancy.stays


def test_a_door_that_stands_open_counts_at_once() -> None:
    play("""
        >> +0 rex front
        >> +0 door front opens
        << log door front open exit
        << log left front hall
        >> +500 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-5 of k1
        << log entered anna front hall 1-5 not-estimated
        << answer in 1 granted known
    """)
