"""Reading: from files, folders, data sets and standard input to articles, one module for each family of formats."""
