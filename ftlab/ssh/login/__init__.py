"""Authentication: keys, agents, passwords, and how no account gets locked by them."""
