"""A model that waits for one class, on a continuous stream: how often it is right, and how often wrong in an hour."""
