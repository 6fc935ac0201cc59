"""Later work of voluntary service: giving."""
