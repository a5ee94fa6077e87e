def reads_as_name(*a): return True
