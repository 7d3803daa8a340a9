"""Bank files: CSV and XLSX as banks give them, read into lines of money.

No database here. `table` turns bytes into rows of cells, `columns` finds which column
is what, `values` reads days and money exactly, `reader` makes lines of it all and says
what is wrong, with row and column.
"""

from . import columns, reader, table, values
