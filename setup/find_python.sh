# Sourced by the commands in this folder: sets `python` to a Python that Odoo 19 supports.
# Order: $PYTHON, the active virtual environment, then what is on the PATH.

supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
python=""
for candidate in "${PYTHON:-}" "${VIRTUAL_ENV:+$VIRTUAL_ENV/bin/python}" \
    python3.11 python3.12 python3.13 python3; do
  if [ -n "$candidate" ] && "$candidate" -c "$supported" 2>/dev/null; then
    python="$candidate"
    break
  fi
done
if [ -z "$python" ]; then
  echo "property-fee: no Python 3.11 to 3.13 found." \
    "Fix: apt-get install python3, or PYTHON=/path/to/python3.11 $0" >&2
  exit 1
fi
