"""What organisers have for a campaign: recorded, shown before our own texts, and told of."""
