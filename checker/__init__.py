"""What is wrong with it: compile errors, lint rules, and the house's own conventions."""
