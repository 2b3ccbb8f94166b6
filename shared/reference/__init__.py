"""Reference data that ships with Lintas, each file with its notice."""
