"""What the gateway shows of its state: snapshots for its pages, live topics."""
