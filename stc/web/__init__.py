"""The web pages of `stc serve`: a browser of the code base that an index describes. Nothing is fetched from anywhere else."""
