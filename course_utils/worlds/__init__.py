"""Worlds: what the lessons train and test on, drawn on demand, the same on every machine."""
