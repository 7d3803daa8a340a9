"""Brings up Odoo 19 with the property fee addons on a bare machine.

Only Python's standard library is used here: this code runs before any package is
installed. One module per noun:

- `settings`: folders and what the caller chose; `console`: progress and refusals;
- `system_packages`, `debian_archive`, `odoo_source`, `python_environment`: the pieces
  that Odoo needs, each fetched once, verified and kept in the user's cache folder;
- `database`, `embedded_server`: the PostgreSQL server;
- `addons`: what is to be installed; `kept`: folders that are built once;
- `odoo_command`: Odoo's configuration and processes;
- `demo`, `serve`, `test_run`, `test_upgrade`, `test_install`, `bench`, `lint`: what the
  commands do with all that;
- `odoo_tests`, with `odoo_tests_inside` and `odoo_tests_table`: Odoo's own tests.
"""
