"""The shell on the Raspberry Pi."""
