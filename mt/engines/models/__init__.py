"""Getting a model: found, fetched, unpacked, converted and compared, until it is a folder that an engine can run."""
