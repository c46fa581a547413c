"""Communities from a spreadsheet: read, shown, and written as drafts once an editor has agreed."""
