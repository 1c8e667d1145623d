"""The rota of a region and its campaigns: from the files, and as people change it."""
