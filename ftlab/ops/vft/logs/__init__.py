"""The logs of a failed power-on: read, and explained."""
