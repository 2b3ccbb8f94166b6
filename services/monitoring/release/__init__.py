"""From cells of the log to published figures: cuts, table families, parts, files.

`taken_cuts` says what a release is made from, `maker` works on it; `scope`, `family` and `nation`
count, `services.monitoring.disclosure` decides what is shown, `parts` and `making` keep it part by
part, `assembly` writes and signs the files. Everything but stores, makers and queries is pure.
"""
