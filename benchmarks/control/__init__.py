"""Control B: what Django costs at the least. One view, one query by key, one small template."""
