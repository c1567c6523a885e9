"""The verbs. Each reads facts, plans, applies and verifies; none knows how SSH works."""
