"""A year of voluntary service in the demo city."""
