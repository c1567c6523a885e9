"""Pages: a run as one HTML file that loads nothing. What is from a host is text, never markup."""
