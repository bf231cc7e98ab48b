"""The data that the paper's authors release to those who register for them, read as they are; see docs/paper_data.md."""
