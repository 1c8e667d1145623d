"""What a region did in a year: who took part, with what, at what cost, and what was learnt."""
