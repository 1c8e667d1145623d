"""A centrumgemeente asks its region, the gemeenten answer."""
