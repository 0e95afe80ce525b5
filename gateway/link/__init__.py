"""The links to the registry: the log upwards, the replica and revocations downwards."""
