"""`python -m jalons` is the command `jalons`."""

import sys

from jalons.cli import main

sys.exit(main())
