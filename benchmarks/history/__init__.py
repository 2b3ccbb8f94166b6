"""What a family's later attendances cost beside its first: the cost of an event must not grow."""
