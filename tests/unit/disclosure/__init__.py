"""What may be shown, and what can be proven from it."""
