"""Would this open, and what would a change refuse? The doors' own judge, asked here."""
