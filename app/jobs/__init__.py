"""Work in the background: jobs that people start, functions that run periodically."""
