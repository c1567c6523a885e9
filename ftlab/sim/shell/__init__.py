"""The small shell in the process, and its applets."""
