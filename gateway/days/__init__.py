"""Past days, folded from the log beside its writer: timeline and heat map."""
