"""The tables of the database, behind the stores that read and write them."""
