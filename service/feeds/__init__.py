"""Reading a source of threat levels into a ``Reading``; one module per source.

``fetch`` brings the body, bounded in size, time and redirects, and never raises for what the network or the
body does; ``mi5`` reads the body of the public MI5 feed. Nothing here decides whether a reading is believed,
keeps anything, or imports ``operations`` or ``store``.
"""
