#!/usr/bin/python3
"""Fills a new lab: `seed.py identity` once keystone answers, `seed.py cloud` once all services do."""
import ipaddress
import os
import sys
import time

from keystoneauth1 import exceptions
from keystoneauth1 import session
from keystoneauth1.identity import v3

E = os.environ
PASSWORD = E['LAB_PASSWORD']
HOST = 'http://127.0.0.1:'
KEYSTONE = HOST + E['P_KEYSTONE'] + '/v3'
MACHINES = E['LAB_VIRT'] == 'qemu'
USERS = ('lab', 'tiny')  # each in a project of the same name
SERVICES = {  # type: name, port, port behind the fault proxy, path
    'identity': ('keystone', E['P_KEYSTONE'], E['P_X_KEYSTONE'], '/v3'),
    'image': ('glance', E['P_GLANCE'], E['P_X_GLANCE'], ''),
    'placement': ('placement', E['P_PLACEMENT'], E['P_PLACEMENT'], ''),
    'compute': ('nova', E['P_NOVA'], E['P_X_NOVA'], '/v2.1'),
    'network': ('neutron', E['P_NEUTRON'], E['P_X_NEUTRON'], ''),
}
FLAVORS = (  # name, MB, CPUs, GB
    ('lab.tiny', 128, 1, 1), ('lab.small', 1024, 1, 5), ('lab.medium', 2048, 2, 10), ('lab.large', 8192, 4, 40),
    ('lab.impossible', 4000000, 1, 1))


def login(user='admin'):
    return session.Session(v3.Password(
        auth_url=KEYSTONE, username=user, password=PASSWORD, project_name=user,
        user_domain_id='default', project_domain_id='default'))


class Api:
    def __init__(self, login, service, microversion=None):
        _, port, _, path = SERVICES[service]
        self.base = HOST + port + path
        self.login = login
        self.headers = {'OpenStack-API-Version': '%s %s' % (service, microversion)} if microversion else {}

    def __call__(self, method, path, body=None, **more):
        if body is not None:
            more['json'] = body
        answer = self.login.request(self.base + path, method, headers=self.headers, **more)
        return answer.json() if 'json' in answer.headers.get('content-type', '') else None


def identity():
    api = Api(login(), 'identity')
    roles = {role['name']: role['id'] for role in api('GET', '/roles')['roles']}
    if 'service' not in roles:
        roles['service'] = api('POST', '/roles', {'role': {'name': 'service'}})['role']['id']

    def project(name):
        return api('POST', '/projects', {'project': {'name': name, 'domain_id': 'default'}})['project']['id']

    def user(name, project_id, *granted):
        made = api('POST', '/users', {'user': {
            'name': name, 'password': PASSWORD, 'domain_id': 'default', 'default_project_id': project_id}})
        for role in granted:
            api('PUT', '/projects/%s/users/%s/roles/%s' % (project_id, made['user']['id'], roles[role]))

    service = project('service')
    for name in ('nova', 'neutron', 'glance', 'placement'):
        user(name, service, 'admin', 'service')
    for name in USERS:
        user(name, project(name), 'member', 'reader')

    api('POST', '/regions', {'region': {'id': 'LabFaulty', 'description': 'RegionOne through the fault proxy'}})
    known = {service['type']: service['id'] for service in api('GET', '/services')['services']}
    for kind, (name, port, proxied, path) in SERVICES.items():
        number = known.get(kind) or api('POST', '/services', {'service': {'type': kind, 'name': name}})['service']['id']
        for region, listens in (('RegionOne', port), ('LabFaulty', proxied)):
            if kind == 'identity' and region == 'RegionOne':
                continue  # keystone-manage has made it
            for interface in ('public', 'internal', 'admin'):
                api('POST', '/endpoints', {'endpoint': {
                    'service_id': number, 'region_id': region, 'interface': interface, 'url': HOST + listens + path}})


def cloud():
    admin = login()
    nova, neutron = Api(admin, 'compute', '2.93'), Api(admin, 'network')
    projects = {project['name']: project['id'] for project in Api(admin, 'identity')('GET', '/projects')['projects']}
    for name, ram, cpus, disk in FLAVORS:
        nova('POST', '/flavors', {'flavor': {'name': name, 'id': name, 'ram': ram, 'vcpus': cpus, 'disk': disk}})
    networks(neutron)
    quotas(nova, neutron, projects)
    image(Api(admin, 'image'))
    for name in USERS:
        access(login(name))
    zones(nova, Api(admin, 'placement', '1.39'))
    clouds_yaml()


def networks(neutron):
    """An outer network for floating IPs, a shared one for the servers, and a router between them."""
    public = neutron('POST', '/v2.0/networks', {'network': {
        'name': 'public', 'router:external': True, 'provider:network_type': 'flat',
        'provider:physical_network': 'public'}})['network']['id']
    neutron('POST', '/v2.0/subnets', {'subnet': {
        'name': 'public', 'network_id': public, 'ip_version': 4, 'cidr': '198.51.100.0/24',
        'gateway_ip': '198.51.100.1', 'enable_dhcp': False}})
    inner = {'name': 'private', 'shared': True}
    if MACHINES:
        inner.update({'provider:network_type': 'flat', 'provider:physical_network': 'labnet',
                      'port_security_enabled': False})
    private = neutron('POST', '/v2.0/networks', {'network': inner})['network']['id']
    addresses = ipaddress.ip_network(E['LAB_NET_CIDR'])
    subnet = neutron('POST', '/v2.0/subnets', {'subnet': {
        'name': 'private', 'network_id': private, 'ip_version': 4, 'cidr': str(addresses),
        'gateway_ip': str(addresses[1]), 'enable_dhcp': not MACHINES}})['subnet']['id']
    router = neutron('POST', '/v2.0/routers', {'router': {
        'name': 'lab', 'external_gateway_info': {'network_id': public}}})['router']['id']
    interface = {'subnet_id': subnet}
    if MACHINES:
        # The gateway's address belongs to the bridge.
        interface = {'port_id': neutron('POST', '/v2.0/ports', {'port': {
            'network_id': private,
            'fixed_ips': [{'subnet_id': subnet, 'ip_address': str(addresses[2])}]}})['port']['id']}
    neutron('PUT', '/v2.0/routers/%s/add_router_interface' % router, interface)


def quotas(nova, neutron, projects):
    nova('PUT', '/os-quota-sets/' + projects['lab'], {'quota_set': {
        'instances': 5000, 'cores': 50000, 'ram': 100000000, 'key_pairs': 1000}})
    neutron('PUT', '/v2.0/quotas/' + projects['lab'], {'quota': {'port': 10000, 'floatingip': 200}})
    nova('PUT', '/os-quota-sets/' + projects['tiny'], {'quota_set': {
        'instances': 2, 'cores': 4, 'ram': 4096, 'key_pairs': 2}})
    neutron('PUT', '/v2.0/quotas/' + projects['tiny'], {'quota': {'port': 3, 'floatingip': 1}})


def image(glance):
    """One for the fake hypervisor, which never looks inside."""
    made = glance('POST', '/v2/images', {
        'name': 'lab-image', 'disk_format': 'raw', 'container_format': 'bare', 'visibility': 'public'})
    glance.headers['Content-Type'] = 'application/octet-stream'
    glance('PUT', '/v2/images/%s/file' % made['id'], data=bytes(1 << 20))


def access(user):
    """A key and open ports."""
    with open(os.path.join(E['LAB_DIR'], 'id_lab.pub'), encoding='utf-8') as file:
        key = file.read()
    Api(user, 'compute')('POST', '/os-keypairs', {'keypair': {'name': 'lab-key', 'public_key': key}})
    neutron = Api(user, 'network')
    group = neutron('GET', '/v2.0/security-groups?name=default')['security_groups'][0]['id']
    for protocol in ('tcp', 'icmp'):
        neutron('POST', '/v2.0/security-group-rules', {'security_group_rule': {
            'security_group_id': group, 'direction': 'ingress', 'ethertype': 'IPv4', 'protocol': protocol}})


def zones(nova, placement):
    count, number = int(E['LAB_ZONES']), int(E['LAB_HOSTS'])
    hosts = ['%s-%02d' % (E['LAB_VIRT'], i) for i in range(1, number + 1)]

    def up():
        services = nova('GET', '/os-services?binary=nova-compute')['services']
        return set(hosts) <= {service['host'] for service in services if service['state'] == 'up'}

    wait('compute hosts are up', up)
    wait('placement knows them', lambda: len(
        placement('GET', '/resource_providers')['resource_providers']) >= number)
    for i in range(count):
        name = 'az%d' % (i + 1)
        aggregate = nova('POST', '/os-aggregates', {'aggregate': {'name': name, 'availability_zone': name}})
        for host in hosts[i::count]:
            nova('POST', '/os-aggregates/%s/action' % aggregate['aggregate']['id'], {'add_host': {'host': host}})


def wait(what, condition, limit=90):
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            sys.exit('seed: not after %d s: %s' % (limit, what))
        time.sleep(0.3)


def clouds_yaml():
    def entry(name, user, region='RegionOne', auth=KEYSTONE):
        return (f'  {name}:\n    auth:\n      auth_url: {auth}\n      username: {user}\n      password: {PASSWORD}\n'
                f'      project_name: {user}\n      user_domain_name: Default\n      project_domain_name: Default\n'
                f'    region_name: {region}\n    identity_api_version: 3\n    interface: public\n')

    path = os.path.join(E['LAB_DIR'], 'clouds.yaml')
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w', encoding='utf-8') as file:
        file.write('clouds:\n' + entry('lab', 'lab') + entry('tiny', 'tiny') + entry('admin', 'admin')
                   + entry('faulty', 'lab', 'LabFaulty', HOST + E['P_X_KEYSTONE'] + '/v3'))


if __name__ == '__main__':
    try:
        {'identity': identity, 'cloud': cloud}[sys.argv[1]]()
    except exceptions.HttpError as failure:
        sys.exit('seed: %s %s: %s' % (failure.method, failure.url, failure))
