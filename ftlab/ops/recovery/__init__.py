"""What earlier runs have left, finished by the next one."""
