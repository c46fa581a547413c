"""The demo: a believable year, loaded from the TOML files beside this one."""
