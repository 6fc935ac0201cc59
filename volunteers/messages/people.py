"""What voluntary service says to people: people."""
