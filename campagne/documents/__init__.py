"""Documents to print: the planner of a year, as a picture and as a PDF."""
