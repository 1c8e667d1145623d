"""Logging in: by mail, by one's organisation, with a code."""
