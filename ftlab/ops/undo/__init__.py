"""``lab.undo``: what a run changed, and how each part of it goes back."""
