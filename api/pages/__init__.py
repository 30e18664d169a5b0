"""The web pages: each is a Context model, a route and a template of the same name. They work without JavaScript."""
