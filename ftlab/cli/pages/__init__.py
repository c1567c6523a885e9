"""``--html FILE`` of the tasks that have it: where a page goes, and what it is made of."""
