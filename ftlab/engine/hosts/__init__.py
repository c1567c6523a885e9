"""Which hosts a run is for, and how they are reached."""
