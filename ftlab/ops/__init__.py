"""The verbs. Each reads facts, plans, applies and proves; none knows how SSH works."""
