"""The style of a house: what its conventions are, counted from its own code, and how far a method keeps to them."""
