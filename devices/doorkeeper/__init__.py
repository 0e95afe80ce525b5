"""The doorkeeper: a tiny process that owns the locks' lines and takes leases."""
