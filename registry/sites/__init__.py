"""Sites, their keys and layouts, and what they look like now."""
