"""The demonstration: invented people at real offices, published counts of markers, a year's work.

Everything it writes is marked as illustration; what is real (markers, projects) names its source.
"""
