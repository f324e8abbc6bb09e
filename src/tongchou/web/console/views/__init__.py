"""Views: parse the request, call one action or query, present the result."""
