"""What tests of several folders share: builders, doors, readers of the bus."""
