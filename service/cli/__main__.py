"""``python -m service.cli``: the same as ``opq``."""

from service.cli import main

main()
