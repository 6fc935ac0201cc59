"""Later work of voluntary service: care."""
