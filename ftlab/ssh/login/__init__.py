"""Authentication: keys, agents, passwords, and the lockout that must not happen."""
