"""When sites are open, and local days as spans of time."""
