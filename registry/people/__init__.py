"""People, their badges, and what each is and may at each site."""
