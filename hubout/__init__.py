"""The hubout command and its composition roots."""
