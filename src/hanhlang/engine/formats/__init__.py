"""Files in and out of the engine: our own JSON and readers for public benchmark formats."""
