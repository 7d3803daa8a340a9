"""Reports and dashboard over a million fee lines: made by SQL, then read as users do.

./setup/bench figures [--lines 1000000]
"""
