"""Outcomes as text for a terminal, JSON, JSON lines, a page, and lines of a log."""
