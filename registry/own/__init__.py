"""What a person is shown of themselves."""
