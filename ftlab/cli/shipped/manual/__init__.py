"""The manual page ``ftlab(1)``, made of the tasks and flags as they are."""
