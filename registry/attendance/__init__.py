"""Who was where, for how long, and what it is recognised as."""
