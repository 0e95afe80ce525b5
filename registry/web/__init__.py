"""The centre's pages, served beside the API by the same process; they call the registry's own functions."""
