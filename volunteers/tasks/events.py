"""Later work of voluntary service: events."""
