"""A nation drawn from hashes: people, households, profiles, doses and what went wrong with them."""
