"""A lab on the wire with key, known_hosts and inventory; ``sim.serve``."""
