"""Guidance from a spreadsheet or a Word file: read, shown, and written as drafts once somebody has agreed."""
