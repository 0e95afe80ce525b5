"""Files of people, badges, bookings and closures, tried before they are taken."""
