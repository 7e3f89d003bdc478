"""Switches for faults: a file in the directory LAB_FAULTS is on while it exists, and its content is the argument."""
import os


def text(name):
    """The content of a switch, None when it is off."""
    try:
        with open(os.path.join(os.environ['LAB_FAULTS'], name), encoding='utf-8') as file:
            return file.read().strip()
    except FileNotFoundError:
        return None


def seconds(name):
    """The number in a switch, 0 when it is off."""
    return float(text(name) or 0)
