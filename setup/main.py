"""Entry point of the commands beside this file: `run`, `test`, `bench`..."""

import sys

from property_fee_setup.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
