"""Is today's population still the one the model learnt?"""
