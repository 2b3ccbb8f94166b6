"""The same topics, the same bytes, on other engines: what Lintas' intake costs beside them."""
