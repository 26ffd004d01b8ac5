"""What people are told by SMS without asking each time: what of theirs expires, what was decided about their records."""
