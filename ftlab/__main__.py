"""``python -m ftlab``."""

from ftlab.program import main

main()
