"""What people consent to: which texts there are, what each needs, and who has given it."""
