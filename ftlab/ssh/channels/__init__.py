"""Commands over the channels of one connection."""
