"""Desks: the clerks' own machines, whose agents read cards."""
