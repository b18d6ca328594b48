"""The search for the smallest network that is good enough."""
