"""What is said to the user on stderr while a run is under way, and what is asked there."""
