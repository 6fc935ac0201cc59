"""Later work of voluntary service: orders."""
