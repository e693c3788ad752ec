"""A day's rows taken in: what they may change is done again, all else stays as it is.

An update is a run over a small nation: the profiles that the day touches, and whoever may say
something about them. It decides by the model, the plan and the name counts of the last whole run.
"""
