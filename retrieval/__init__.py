"""What to look up before answering: passages of the indexed code, searched and cited."""
