"""What real hosts answered: ``hosts.record`` makes the file, ``sim.serve --like`` plays it."""
