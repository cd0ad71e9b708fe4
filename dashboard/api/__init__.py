"""The open API: lists of what there is, and any measure by any breakdown, described by itself."""
