"""English into summaries: shapes and sizes, drafts in rounds, tidied answers, each sentence against its article."""
