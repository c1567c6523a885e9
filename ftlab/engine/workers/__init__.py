"""A run whose hosts are worked on in other processes or on a Dask cluster."""
