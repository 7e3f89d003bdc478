"""Plug-ins by which nova and neutron work without hypervisors, agents and switches."""
