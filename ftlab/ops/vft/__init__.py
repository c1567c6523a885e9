"""Nested FT: the keys, the pairs, the requirements, the secondary."""
