"""Files in and out: what each would do, line by line, and doing it wholly or not at all."""
