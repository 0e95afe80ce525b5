"""Papers that are owed to people, made from what the code itself goes by."""
