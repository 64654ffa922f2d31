"""For all tests: Ctrl-C works, also where whoever started them ignores it (as a shell does for what it runs in the background)."""

import signal

signal.signal(signal.SIGINT, signal.default_int_handler)
