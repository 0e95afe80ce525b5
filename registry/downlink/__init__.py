"""What gateways are told: records, rights and revocations, in the order of versions."""
