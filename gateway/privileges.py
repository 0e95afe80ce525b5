"""What this process may do beyond others of its user, kept from its children.

systemd gives the gateway one capability, to set the clock where staff do (``deploy/hubout-gateway.service``), as an
ambient one, which every program that it starts would have too. The pages need none.
"""

import ctypes

_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4


def keep_from_children() -> bool:
    """Hand no capability on to programs that are started from here; one's own stay. Whether the kernel did so: one that
    knows no ambient capabilities hands none on.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    done: int = libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    return done == 0
