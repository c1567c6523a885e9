"""Many hosts at once: bounded, in inventory order, an outcome for every one of them."""
