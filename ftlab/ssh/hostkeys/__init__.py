"""Host keys: known_hosts, its check at login, recording new ones."""
