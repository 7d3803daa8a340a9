"""What is done to databases over their life: worked, upgraded, uninstalled.

Run by `setup/test-upgrade` and `setup/test-install`; not collected by pytest on its
own.

- `work`: three months of the sample community, with what every release can do;
- `rows`: fingerprints of what stands in a database; `note` keeps them in files;
- `shape`: tables, indexes, and the records of the addons, to be compared;
- `upgraded`, `upgraded_again`, `uninstalled`, `demonstrated`: tests of what came out.
"""
