"""The words of the mails, as a beheerder changes them."""
