"""Jobs that run in worker processes or on a Dask cluster."""
