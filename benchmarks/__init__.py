"""What is fast, measured against the floor: bare SQL, a plain loop, an empty route."""
