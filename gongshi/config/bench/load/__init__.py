"""Believable load for measuring: years of cases as a city has them, written past the doors; the program works on it.

`shape`: how often, when, how long, as numbers; `stories`: what a procedure makes of a case, day by day; `rows`: one
case as the rows of all tables; `filling`: all of them into an instance. docs/operate/scale.md says what is left out.
"""
