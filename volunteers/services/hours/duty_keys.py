"""What is due with hours, by its key."""

CONFIRM_DUTY = "volunteers.confirm_hours"
DECIDE_DUTY = "volunteers.decide_hours"
