"""Who may ask what, how often, and the trail that it leaves."""
