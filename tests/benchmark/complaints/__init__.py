"""The job that checks deadlines, over 10,000 open complaints of a fresh database.

python -m tests.benchmark.complaints --database NAME [--complaints 10000]
"""
