"""Standardise: what was typed becomes what can be compared; the raw text stays beside it."""
