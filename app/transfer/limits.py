"""How large an uploaded table may be."""

SHOWN_MEGABYTES = 30
UPLOAD_BYTES = SHOWN_MEGABYTES * 1024 * 1024
MOST_ROWS = 300_000
MOST_COLUMNS = 200
MOST_CELL_CHARACTERS = 32_767
"""Excel's own limit of a cell."""
UNPACKED_BYTES = 1024 * 1024 * 1024
MOST_RATIO = 200
"""Sheets shrink some 10 to 40 times when packed; what shrinks more is made to fill a memory."""
RATIO_FROM_BYTES = 1024 * 1024
