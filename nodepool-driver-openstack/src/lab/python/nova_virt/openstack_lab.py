"""nova's fake hypervisor with faults on order; the switches are in the lab's documentation."""
import time

from nova import exception
from nova.virt import fake

from openstack_lab import faults


class LabDriver(fake.FakeDriver):

    def spawn(self, context, instance, *args, **kwargs):
        time.sleep(faults.seconds('spawn-delay'))  # eventlet's sleep: other boots go on
        prefix = faults.text('spawn-fail-name')
        if prefix is None or instance.display_name.startswith(prefix):
            reason = faults.text('spawn-abort')
            if reason is not None:
                raise exception.BuildAbortException(instance_uuid=instance.uuid, reason=reason)
            reason = faults.text('spawn-error')
            if reason is not None:
                raise exception.ComputeResourcesUnavailable(reason=reason)
        return super().spawn(context, instance, *args, **kwargs)

    def destroy(self, context, instance, *args, **kwargs):
        time.sleep(faults.seconds('destroy-delay'))
        reason = faults.text('destroy-error')
        if reason is not None:
            raise exception.InstanceTerminationFailure(reason=reason)
        return super().destroy(context, instance, *args, **kwargs)

    def get_console_output(self, context, instance):
        text = faults.text('console')
        return super().get_console_output(context, instance) if text is None else text
