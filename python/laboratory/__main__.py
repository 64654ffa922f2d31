"""python3 -m laboratory COMMAND ...; `epysim COMMAND ...` comes here."""

import sys

from .command import main

sys.exit(main())
