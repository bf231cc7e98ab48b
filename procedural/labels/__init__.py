"""What is said of a picture beside its program, and how pictures are stored."""
