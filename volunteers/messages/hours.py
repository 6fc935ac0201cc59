"""What voluntary service says to people: hours."""
