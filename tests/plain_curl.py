"""What the walk needs of ``curl``, for machines that have none: ``-s``, ``-H``, ``-d`` and an address."""

from __future__ import annotations

import argparse

import requests


def main() -> None:
    """Send one request and print its answer."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d")
    parser.add_argument("address")
    asked = parser.parse_args()
    headers = dict(line.split(": ", 1) for line in asked.H)
    method = "GET" if asked.d is None else "POST"
    print(requests.request(method, asked.address, headers=headers, data=asked.d, timeout=60).text, end="")


if __name__ == "__main__":
    main()
