"""Where in a code base, and in what is written about it, a question is answered: passages, search, look-ups, context for a model."""
