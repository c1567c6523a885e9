"""One run: the lab and its options, sessions, the context a job works in, events, the lock."""
