"""Later work of voluntary service: hours."""
