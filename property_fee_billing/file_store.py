"""Disks that are full, or may not be written to: said in a sentence."""

import errno
import logging
from contextlib import contextmanager

from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

#: The disk, the quota, or the size a process may write.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def disk_errors_in_words(env):
    """Context manager: what the disk refuses is a sentence for the user.

    The administrator finds one line in the log, not a traceback: it is no fault of the
    program.

    :raise UserError: instead of OSError
    """
    try:
        yield
    except OSError as error:
        _logger.warning("Nothing can be written to the disk: %s", error)
        if error.errno in _FULL:
            message = env._(
                "The disk of the server is full: the file could not be stored, and "
                "nothing was saved. Try again once there is space; the administrator "
                "can see to it."
            )
        else:
            message = env._(
                "The server cannot write to its disk: the file could not be stored, "
                "and nothing was saved. Try again once the administrator has seen to "
                "it."
            )
        raise UserError(message) from error
