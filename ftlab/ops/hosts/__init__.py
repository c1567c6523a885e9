"""``hosts.*``: reach hosts, say what they are, record their keys."""
