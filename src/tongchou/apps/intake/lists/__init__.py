"""Lists that other departments deliver: staged, matched, decided on by people, recorded."""
