"""The API's routes, a module for each kind of object, and what they share."""
