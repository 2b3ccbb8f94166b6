"""Who may do what, and where: every door and every correction of every service."""
