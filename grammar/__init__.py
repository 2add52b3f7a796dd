"""The language, and nothing but grammars: the base text, the file formats, the dialects, and the examples of errors."""

from pathlib import Path

# By path and not by importlib.resources, which takes 15 ms to start: a check of one method has to be quick.
FOLDER = Path(__file__).parent
