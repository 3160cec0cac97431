"""Rules that hold in every version."""
