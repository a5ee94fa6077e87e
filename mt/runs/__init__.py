"""Runs over many articles: windows of work, executors that do it, and an output folder that survives a kill."""
