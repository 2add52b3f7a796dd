"""The Smalltalk dataset compiler: the shell, and the only place where the stages meet.

Nothing is imported here: `stc.bootstrap` runs before anything is installed.
"""

__version__ = "0.1.0"
