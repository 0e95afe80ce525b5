"""What the API takes and shows, strictly typed and bounded."""
