"""One run: the lab, its options and its user, sessions, the context a job works in, the lock."""
