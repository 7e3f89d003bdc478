#!/usr/bin/python3
"""Runs the entry point of a service with the lab's plug-ins on its path: launch.py MODULE:FUNCTION PROGRAM ARGUMENT..."""
import importlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    module, _, function = sys.argv[1].partition(':')
    sys.argv = sys.argv[2:]
    if HERE not in sys.path:
        sys.path.insert(0, HERE)
    entry = importlib.import_module(module)
    if module == 'nova.cmd.compute':
        # nova takes hypervisor drivers from its own package alone, so the package is made wider.
        import nova.virt
        nova.virt.__path__.append(os.path.join(HERE, 'nova_virt'))
    sys.exit(getattr(entry, function)())


if __name__ == '__main__':
    main()
