"""Floating IPs without an agent: ACTIVE while they belong to a port, else DOWN. No packet is translated."""
from neutron.services.l3_router import l3_router_plugin
from neutron_lib import constants

from openstack_lab import faults


class LabL3Plugin(l3_router_plugin.L3RouterPlugin):

    def create_floatingip(self, context, floatingip):
        return self._settle(context, super().create_floatingip(context, floatingip))

    def update_floatingip(self, context, id, floatingip):
        return self._settle(context, super().update_floatingip(context, id, floatingip))

    def disassociate_floatingips(self, context, port_id, do_notify=True):
        theirs = self.get_floatingips(context.elevated(), filters={'port_id': [port_id]})
        result = super().disassociate_floatingips(context, port_id, do_notify)
        for address in theirs:
            self._settle(context, dict(address, port_id=None))
        return result

    def _settle(self, context, address):
        active = address.get('port_id') and faults.text('fip-stay-down') is None
        status = constants.FLOATINGIP_STATUS_ACTIVE if active else constants.FLOATINGIP_STATUS_DOWN
        if address.get('status') != status:
            self.update_floatingip_status(context.elevated(), address['id'], status)
            address['status'] = status
        return address
