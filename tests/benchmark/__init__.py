"""Measures billing against other ways of making the same invoices.

Run by `./setup/bench`; see docs/performance.md. One module per subject:

- `data`: the company, communities and contracts that all ways share;
- `ways`: plain Odoo, OCA contract and the billing run, each as its user would use it;
- `turns`: processes that take turns, so that a slow moment of the machine hits all;
- `comparison`, `parallel`, `parts`, `crashes`: what is measured;
- `report`: the table and the JSON file.
"""
