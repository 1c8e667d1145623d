"""What anyone can read: calendars, texts, planners and pages."""
