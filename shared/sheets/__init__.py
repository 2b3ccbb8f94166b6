"""Read lists from workbooks (.xlsx, .ods) as the CSV files that `shared.csv` decides on.

Called by `http.csv_upload`.
"""
