"""What voluntary service says to people: rosters."""
