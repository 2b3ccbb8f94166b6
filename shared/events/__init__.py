"""The public contract: envelope, payloads, catalogue, topics. Here alone services meet."""
