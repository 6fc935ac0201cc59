"""What voluntary service says to people: events."""
