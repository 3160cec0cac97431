"""`time.sleep` under libfaketime 0.9.10, where it fails with EINVAL if the monotonic clock is left alone."""

import select
import time


def sleep(seconds: float) -> None:
    """Wait that long."""
    select.select([], [], [], seconds)


time.sleep = sleep
