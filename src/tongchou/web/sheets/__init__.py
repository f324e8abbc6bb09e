"""Sheets to take away as PDF: certificates, notices, letters. Templates (``.typ``) hold no words."""

from typing import Final

PDF: Final = "application/pdf"
