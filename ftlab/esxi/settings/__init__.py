"""Settings of a host as data: how each is read, compared, set and put back, and where it is."""
