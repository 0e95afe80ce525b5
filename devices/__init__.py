"""What speaks for hardware: the wire contract, makers' drivers, the site file and the doorkeeper."""
