"""Real BusyBox in a jail, behind a real OpenSSH server."""
