"""Questions about the method, each answered by one command."""
