"""``python -m ftlab``."""

from ftlab.main import main

main()
