"""A site: who and what is there, its gateways and settings, its hours and closures; and all sites at a glance."""
