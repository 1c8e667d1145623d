"""One module per thing a user does. Services take a session and never commit."""
