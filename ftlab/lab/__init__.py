"""``ftlab.Lab``: what a program of the user's own has in hand, and what ftlab's tasks use."""
