"""People, what they hold (rights, roles, passes, their places), and erasing them."""
