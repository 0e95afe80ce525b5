"""The whole system in virtual time: firmware, broker, doorkeeper, gateways and registry under faults, from one seed."""
