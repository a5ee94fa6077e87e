"""Reports: what is written of a finished article, as JSON, Markdown, plain text and HTML pages."""
