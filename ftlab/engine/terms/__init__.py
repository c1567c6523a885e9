"""What holds for every job of a run: what was approved, and what earlier runs have left."""
