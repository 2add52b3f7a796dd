"""The code base in editors, by the Language Server Protocol: the index for what is saved, the text of the editor for what is open."""
