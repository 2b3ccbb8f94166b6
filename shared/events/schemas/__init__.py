"""Golden JSON Schemas: what is published today. Written by `make schemas`, never by hand."""
