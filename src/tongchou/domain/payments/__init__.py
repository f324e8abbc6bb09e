"""Paying families through a bank: templates of files, writing them, reading answers, reconciling both."""
