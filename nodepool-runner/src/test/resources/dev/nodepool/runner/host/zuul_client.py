"""Asks for nodes as Zuul does, uses them, gives them back, and checks everything on the way.

One client with kazoo: requests are written at once, each is followed by a watch; a fulfilled one has its nodes locked and
checked, the request removed, the nodes set in use and used and unlocked; at the end all of them must be gone.
"""
import argparse
import collections
import json
import queue
import sys
import time
import uuid

from kazoo.client import KazooClient
from kazoo.exceptions import NoNodeError

REQUESTS = '/nodepool/requests'
NODES = '/nodepool/nodes'
NEEDED = ('state', 'state_time', 'provider', 'pool', 'type', 'allocated_to', 'launcher', 'created_time',
          'external_id', 'interface_ip', 'connection_port', 'connection_type', 'host_keys', 'username', 'resources')

parser = argparse.ArgumentParser()
parser.add_argument('hosts')
parser.add_argument('-n', type=int, default=1)
parser.add_argument('-k', default='1', help='nodes of a request; several numbers with commas take turns')
parser.add_argument('--labels', default='bench', help='labels with commas; they take turns')
parser.add_argument('--form', choices=('2019', '2024'), default='2024')
parser.add_argument('--limit', type=float, default=120)
parser.add_argument('--tls', nargs=3, metavar=('CERT', 'KEY', 'CA'))
args = parser.parse_args()
sizes = [int(size) for size in args.k.split(',')]
labels = args.labels.split(',')

tls = {}
if args.tls:
    tls = dict(use_ssl=True, certfile=args.tls[0], keyfile=args.tls[1], ca=args.tls[2])
client = KazooClient(args.hosts, **tls)
client.start(timeout=30)
deadline = time.monotonic() + args.limit
problems = []
seen = collections.Counter()
fulfilled = 0
answers = queue.Queue()


def check(condition, text):
    if not condition:
        problems.append(text)


def order(index):
    now = time.time()
    size = sizes[index % len(sizes)]
    types = [labels[(index + i) % len(labels)] for i in range(size)]
    record = {'node_types': types, 'requestor': 'zuul', 'created_time': now, 'provider': None,
              'state': 'requested', 'state_time': now, 'relative_priority': 0, 'event_id': uuid.uuid4().hex}
    if args.form == '2024':
        record['tenant_name'] = 'tenant'
        record['requestor_data'] = {'build_set_uuid': 'b', 'job_name': 'job-%d' % index, 'span_info': None}
    return record


def submit(index):
    record = order(index)
    path = client.create(REQUESTS + '/200-', json.dumps(record).encode(), sequence=True, makepath=True,
                         ephemeral=args.form == '2019')

    @client.DataWatch(path)
    def changed(data, stat):
        if data is None:
            return False
        now = json.loads(data)
        if now['state'] not in ('fulfilled', 'failed'):
            return True
        answers.put((path, now))
        return False
    return path, record


def use(path, record, state):
    global fulfilled
    if state.get('state') != 'fulfilled':
        problems.append('%s is %s' % (path, state.get('state')))
        return []
    for name in ('tenant_name', 'requestor_data', 'event_id', 'created_time'):
        if name in record:
            check(state.get(name) == record[name], '%s lost %s' % (path, name))
    held = []
    for label, node in zip(record['node_types'], state['nodes']):
        lock = client.Lock('%s/%s/lock' % (NODES, node), 'zuul')
        check(lock.acquire(timeout=30), 'no lock for ' + node)
        now = json.loads(client.get('%s/%s' % (NODES, node))[0])
        seen[node] += 1
        check(now['state'] == 'ready', '%s is %s' % (node, now['state']))
        check(now['allocated_to'] == path.rpartition('/')[2], '%s belongs to %s' % (node, now['allocated_to']))
        check(now['type'] == [label], '%s is a %s' % (node, now['type']))
        for name in NEEDED:
            check(now.get(name) is not None, '%s has no %s' % (node, name))
        held.append((node, lock, now))
    check(len(held) == len(record['node_types']), '%s has %d nodes' % (path, len(held)))
    client.delete(path)
    fulfilled += 1
    for node, lock, now in held:
        for word in ('in-use', 'used'):
            now['state'] = word
            now['state_time'] = time.time()
            client.set('%s/%s' % (NODES, node), json.dumps(now).encode())
        lock.release()
    return [node for node, _, _ in held]


asked = dict(submit(i) for i in range(args.n))
waiting = set(asked)
used = []
while waiting:
    try:
        path, state = answers.get(timeout=max(0.1, deadline - time.monotonic()))
    except queue.Empty:
        problems += ['no answer to %s: %s' % (path, client.get(path)[0]) for path in sorted(waiting)]
        break
    waiting.remove(path)
    used += use(path, asked[path], state)
    if fulfilled * 3 >= args.n:
        print('a third', flush=True)
check(all(count == 1 for count in seen.values()), 'a node was given twice')
while time.monotonic() < deadline and any(client.exists('%s/%s' % (NODES, node)) for node in used):
    time.sleep(0.05)
left = [node for node in used if client.exists('%s/%s' % (NODES, node))]
check(not left, 'not deleted: %s' % left)
client.stop()
print(json.dumps({'fulfilled': fulfilled, 'problems': problems[:20]}))
sys.exit(0 if fulfilled == args.n and not problems else 1)
