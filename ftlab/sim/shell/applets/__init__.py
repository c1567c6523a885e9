"""BusyBox applets of the small shell: those that ftlab sends, and the plainest beside them."""
