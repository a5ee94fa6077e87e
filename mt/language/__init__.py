"""What is known about the two languages: letters, words, numbers, names and sound. Pure functions and word lists.

Text, checks and terms build on it; it knows nothing of articles, segments or models.
"""
