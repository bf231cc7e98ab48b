"""What stands on a piece of land, and the cameras that look at it."""
