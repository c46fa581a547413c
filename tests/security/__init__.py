"""What has gone wrong in systems like ours: one module for each line of that list, and what must hold here."""
