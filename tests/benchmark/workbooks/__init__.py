"""Workbooks of 100,000 rows: what they take in time and memory.

./setup/bench workbooks [--rows 100000]
"""
