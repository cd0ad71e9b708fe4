"""What may be said of a number: intervals, differences, control charts, funnels, survival curves, ranks.

Pure functions over numpy, scipy and statsmodels. ``intervals`` and ``differences`` serve every page
and import ``scipy.special`` alone; only ``survival`` imports statsmodels.
"""
