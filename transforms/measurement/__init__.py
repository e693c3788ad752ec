"""Measure: verified profiles with the number masked → how good linking is, without labels."""
