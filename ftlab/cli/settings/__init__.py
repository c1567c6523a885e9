"""``ftlab.toml``: a user's own defaults of the flags."""
