"""Setting up the next year from this one: a plan that is shown first, then carried out, and undone while nobody is in it."""
