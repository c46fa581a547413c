"""Who may do what with modules."""

from members.rules import is_active, is_network_member

can_tick = is_active & is_network_member
"""Tick off steps, which the person keeps and nobody else sees: a member of the network."""
