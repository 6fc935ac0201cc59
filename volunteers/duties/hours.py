"""What can be due with voluntary service: hours."""
