"""An example brought in: the two municipalities' own, and whatever a folder holds."""
