"""Any setting of a host, read, set, verified and undone by its data: no code per setting."""
