"""The centre: people, badges and bookings out, events in."""
