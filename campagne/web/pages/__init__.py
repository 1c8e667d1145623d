"""The pages, a module for each, and what they share: rendering, faults, signed links."""
