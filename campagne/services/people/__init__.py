"""Who there is, what they want, and what is kept of them."""
