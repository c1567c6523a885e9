"""Which hosts a run is for, how they are reached, and what was found out about each."""
