"""The demo's composition root: two whole sites, the centre and their people, on one machine."""
