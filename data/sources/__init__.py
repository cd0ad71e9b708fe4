"""One module a format; the registry that names them all is ``data.sources.registry``."""
