"""Ports without an agent: bound and ACTIVE at once. With LAB_BRIDGE they are plugged into that Linux bridge."""
import os

from neutron.db import models_v2
from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.plugins.ml2 import api

from openstack_lab import faults


def make_ports_side_by_side():
    """neutron marks the subnet as used in each transaction that makes a port, so all wait for one row lock.

    Here a subnet that is marked already is left alone, which loses only the guard against its deletion meanwhile.
    """
    locking = models_v2.Subnet.lock_register.__func__

    def lock_register(cls, context, exception, **filters):
        marked = context.session.query(cls.in_use).filter_by(**filters).first()
        if marked is None or not marked[0]:
            return locking(cls, context, exception, **filters)

    models_v2.Subnet.lock_register = classmethod(lock_register)


class LabMechanismDriver(api.MechanismDriver):

    def initialize(self):
        make_ports_side_by_side()
        self.bridge = os.environ.get('LAB_BRIDGE')

    @property
    def connectivity(self):
        return portbindings.CONNECTIVITY_L2

    def bind_port(self, context):
        if faults.text('port-bind-fail') is not None:
            return
        down = faults.text('port-bind-down') is not None
        status = constants.PORT_STATUS_DOWN if down else constants.PORT_STATUS_ACTIVE
        # "Filters packets" keeps nova from setting up filters of its own on the bridge.
        details = {portbindings.CAP_PORT_FILTER: bool(self.bridge)}
        if self.bridge:
            details[portbindings.VIF_DETAILS_BRIDGE_NAME] = self.bridge
        kind = portbindings.VIF_TYPE_BRIDGE if self.bridge else portbindings.VIF_TYPE_OVS
        context.set_binding(context.segments_to_bind[0][api.ID], kind, details, status=status)
