"""Block: which pairs are worth comparing, planned and capped before any work is spent."""
