"""``ftlab demo``: a story told on a simulated lab with the very commands that a user types."""
