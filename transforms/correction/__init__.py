"""Correct: what each wrong profile and dose should say instead, on which side, and why.

Whatever is known of a profile lies by profile and makes its cases there; cases then meet their
resident, and with it everybody else who contradicts the register alike.
"""
