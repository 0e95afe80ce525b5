"""The log on disk: written, read beside its writer, kept within its bound, mended."""
