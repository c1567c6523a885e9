"""Real BusyBox ``ash`` in a jail, for persons' sessions and for proof."""
