"""BusyBox applets of the small shell."""
