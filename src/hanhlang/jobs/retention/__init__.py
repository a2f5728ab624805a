"""What is erased when its time is over: one registry of rules, listed or carried out. See docs/reference/retention.md."""
