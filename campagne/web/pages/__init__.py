"""The pages, one module per page of the menu."""
