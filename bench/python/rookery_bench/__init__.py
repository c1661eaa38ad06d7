"""The benchmark of the Python package; `run.py` beside this folder is its front door."""
