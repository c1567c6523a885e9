"""The commands of a host: the small ones, and the table of all."""
