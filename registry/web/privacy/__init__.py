"""What is recorded of people: the trail, requests, consents, legal holds, and the papers that say so."""
