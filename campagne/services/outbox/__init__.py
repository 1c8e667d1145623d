"""Mails from the moment that they are frozen: sent, refused, come back, told of."""
