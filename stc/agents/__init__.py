"""The code base as tools for agents on this machine, by the Model Context Protocol; nothing here decides anything anew."""
