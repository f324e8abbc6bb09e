"""What the browser journeys share: demo register, installation, sentences."""
