"""Fault Tolerance pairs: their states, and the ways to fail."""
