"""What can be booked, who holds it, who waits for it, and by which rules."""
