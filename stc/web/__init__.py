"""The web pages of `stc serve`: each a module with `routes(site)`, its templates, its script. Nothing is fetched from elsewhere."""
