"""``vft.check``: the minimum requirements of FT, per host, VM and pair."""
