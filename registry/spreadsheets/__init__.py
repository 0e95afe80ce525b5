"""CSV files, cell by cell: read from whatever bytes, written so that no cell is a formula."""
