"""Any setting of a host, read, set, proven and undone by its data: no code per setting."""
