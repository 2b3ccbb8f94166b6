"""The files of a release for readers: one table in CSV and Parquet, and what describes it."""
