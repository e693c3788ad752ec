"""Score: comparison levels → Fellegi–Sunter match weight → one posterior probability."""
