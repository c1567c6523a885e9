"""A report as one JSON document, or a line for each host."""
