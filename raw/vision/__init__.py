"""Image towers behind one protocol, and what turns pictures into their input."""
