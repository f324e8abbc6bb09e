"""Tongchou 统筹: the open population-services platform for a Chinese county or prefecture."""

__version__ = "0.1.0"
