"""The ministries' services and monitoring; they meet only in `shared.events`."""
