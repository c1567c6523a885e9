"""``vft.power-on-secondary``: attempts, causes, remedies, until FT runs."""
