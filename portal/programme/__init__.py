"""A programme from one file: read, checked, compared with what is there, and loaded."""
