"""What gateways tell: their logs taken in, verified, folded, and their branches."""
