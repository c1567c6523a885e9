"""The pages about the kinds of errors: ``ftlab explain KIND``."""
