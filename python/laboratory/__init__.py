"""The laboratory: studies over many runs of epysim, and what is made of them.

Each run is a process of epysim of its own. The commands `epysim sweep`, `tune` and `reproduce` start here (command.py); docs/laboratory.md
describes them. Only what needs a library of the laboratory's imports it: sweep works with Python alone.
"""
