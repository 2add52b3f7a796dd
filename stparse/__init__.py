"""What the text says: files to chunks, chunks to trees, trees to an index."""
