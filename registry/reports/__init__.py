"""The funder's report of a period: figures that identify nobody, published once, and what is made of the space."""
