"""``Lab``, the library's entry point, and what it does on many hosts together."""
