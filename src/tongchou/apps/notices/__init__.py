"""Public notices: what hangs where and until when, objections to it, and going on when it has hung."""
