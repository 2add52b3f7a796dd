"""The index: one SQLite file made from a code base (build), and the questions it answers (query)."""
