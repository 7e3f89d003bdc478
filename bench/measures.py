"""One function for each group of figures; each returns {figure: text or number} and the raw results by name."""

import json
import os
import re
import subprocess
import sys
import time

import common
import rig

HERE = os.path.dirname(os.path.abspath(__file__))


def tool(name, *arguments):
    """Runs one of the measuring programs and returns what it found."""
    out = '/tmp/nodepool-bench-%d.json' % os.getpid()
    command = [sys.executable, os.path.join(HERE, name), '-o', out] + [str(a) for a in arguments]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if not os.path.exists(out):
        raise SystemExit(done.stderr)
    with open(out) as f:
        result = json.load(f)
    os.remove(out)
    result['exit'] = done.returncode
    return result


def load(site, launcher, *arguments):
    return tool('zkload.py', '--hosts', site.hosts, '--pid', launcher.pid, '--zk-pid', site.zookeeper.pid, *arguments)


def warmed(site, launcher):
    """More than 2 000 requests, so that the compiled code and the caches are those of a launcher that has worked."""
    load(site, launcher, '-n', 500, '--runs', 5, '--pause', 1)


def latency(result):
    return result['median']['latency_by_server_clock_s']


def bursts(runs=3):
    """Latency, throughput, cost per request on one warm launcher that keeps no ready nodes."""
    raw = {}
    with rig.Site() as site:
        launcher = site.launcher(rig.one_provider()).start()
        warmed(site, launcher)
        raw['one at a time'] = load(site, launcher, '-n', 30, '-c', 1, '--runs', runs)
        for n in (50, 500):
            raw['burst of %d' % n] = load(site, launcher, '-n', n, '--runs', runs, '--accept-late')
        raw['100 of 3 nodes'] = load(site, launcher, '-n', 100, '-k', 3, '--runs', runs, '--accept-late')
        raw['5 per second'] = load(site, launcher, '-n', 100, '-r', 5, '--hold', 2, '--runs', 1)
        raw['burst of 200, nodes taken at once'] = load(site, launcher, '-n', 200, '--runs', runs)
    figures = {
        'one at a time, p50 s': latency(raw['one at a time'])['p50'],
        'burst of 50, p50 s': latency(raw['burst of 50'])['p50'],
        'burst of 50, p99 s': latency(raw['burst of 50'])['p99'],
        'burst of 500, p50 s': latency(raw['burst of 500'])['p50'],
        'burst of 500, p99 s': latency(raw['burst of 500'])['p99'],
        'burst of 500, fulfilled per s': by_server_clock(raw['burst of 500']),
        '100 of 3 nodes, p50 s': latency(raw['100 of 3 nodes'])['p50'],
        '5 per second, p99 s': latency(raw['5 per second'])['p99'],
        'node gone after return, p50 s': raw['5 per second']['median']['delete_after_return_s']['p50'],
        'CPU per request, ms': cpu(raw['burst of 500']),
        'writes per request': round(raw['burst of 500']['median']['zookeeper_ops']['writes_per_request'] - 6, 2),
        'packets per request': raw['burst of 500']['median']['zookeeper_ops']['packets_per_request_without_own'],
        'RSS in a burst of 500, MiB': raw['burst of 500']['median']['process_launcher']['rss_mib_max'],
    }
    return figures, raw


def by_server_clock(result):
    """Requests by the time of the slowest, which all were there for: the generator's own pace does not count."""
    median = result['median']
    return round(median['fulfilled'] / median['latency_by_server_clock_s']['max'], 1)


def cpu(result):
    median = result['median']
    return round(1000 * median['process_launcher']['cpu_s'] / median['fulfilled'], 2)


def on_ready_nodes(runs=3):
    raw = {}
    with rig.Site() as site:
        launcher = site.launcher(rig.one_provider(min_ready=50)).start()
        warmed(site, launcher)
        raw['50 on 50 ready'] = load(site, launcher, '-n', 50, '--wait-ready', 50, '--runs', runs, '--accept-late')
    return {'50 on 50 ready nodes, p50 s': latency(raw['50 on 50 ready'])['p50']}, raw


def idle(seconds=60, requests=6000):
    """What 100 ready nodes cost on a fresh tree and after many requests, beside a Java VM with one session."""
    raw = {}
    with rig.Site() as site:
        launcher = site.launcher(rig.one_provider(min_ready=100)).start()
        beside = site.run(launcher.java() + ['-cp', bare_classes(site) + ':' + jar(), 'IdleSession', site.hosts],
                          'beside.log')
        time.sleep(15)
        figures = {}
        for when in ('fresh', 'after %d requests' % requests):
            if when != 'fresh':
                load(site, launcher, '-n', 500, '--runs', requests // 500, '--pause', 1)
            before = common.proc_sample(beside.pid)['cpu_s']
            began = time.monotonic()
            raw['idle, ' + when] = tool('idle.py', '--hosts', site.hosts, '--pid', launcher.pid,
                                        '--zk-pid', site.zookeeper.pid, '-n', 100, '--seconds', seconds)
            other = 100 * (common.proc_sample(beside.pid)['cpu_s'] - before) / (time.monotonic() - began)
            median = raw['idle, ' + when]['median']
            figures['idle %s, packets per s' % when] = round(
                median['zk_packets_received_per_s'] - PINGS_BESIDE, 2)
            figures['idle %s, CPU %%' % when] = median['process_launcher']['cpu_percent_of_one_core']
            figures['idle %s, CPU %% of the VM beside' % when] = round(other, 2)
    return figures, raw


# The session beside pings each 20 s or so, a third of its time-out, with what IdleSession asks for.
PINGS_BESIDE = 1 / 10


def jar():
    return os.path.join(rig.ROOT, 'nodepool-runner', 'target', 'nodepool.jar')


def bare_classes(site):
    out = site.path('classes')
    if not os.path.exists(out):
        subprocess.run(['javac', '-d', out, '-cp', jar()] +
                       [os.path.join(HERE, name) for name in ('IdleSession.java', 'BareStart.java')], check=True)
    return out


def start(runs=5):
    """From exec to ready, with the class archive, without it, and a bare server beside."""
    raw = {}
    figures = {}
    with rig.Site() as site:
        launcher = site.launcher(rig.one_provider()).start()
        java = launcher.java()
        launcher.stop()
        plain = [word for word in java if not word.startswith('-XX:SharedArchiveFile')]
        commands = {
            'with class archive': launcher.command,
            'without archive': plain + ['-jar', jar(), 'launcher', '-f', '-c', launcher.config],
            'bare Jetty and Curator': plain + ['-cp', bare_classes(site) + ':' + jar(), 'BareStart', site.hosts,
                                               str(launcher.web)],
        }
        for name, command in commands.items():
            asks = [] if name.startswith('bare') else ['--request']
            raw['start, ' + name] = tool('startup.py', '--hosts', site.hosts, '--url', launcher.url, *asks,
                                         '--runs', runs, '--pause', 1, '--', *command)
            median = raw['start, ' + name]['median']
            figures['start %s, s' % name] = median['ready_s']
            if name == 'with class archive':
                figures['RSS at ready, MiB'] = median['rss_mib_at_ready']
                figures['first request after start, s'] = median['first_fulfilled_s']
    return figures, raw


def fsync(runs=3):
    raw = {}
    rates = {}
    for name, on in (('off', False), ('on', True)):
        with rig.Site(fsync=on) as site:
            launcher = site.launcher(rig.one_provider()).start()
            warmed(site, launcher)
            raw['burst of 500, fsync ' + name] = load(site, launcher, '-n', 500, '--runs', runs, '--accept-late')
            rates[name] = by_server_clock(raw['burst of 500, fsync ' + name])
    return {
        'fsync on ÷ off': round(rates['on'] / rates['off'], 2),
        'mean fsync, ms': raw['burst of 500, fsync on']['median']['zookeeper_ops']['mean_fsync_ms'],
    }, raw


def big_tree(nodes=10000, requests=2000):
    """Start on a full tree; memory once everything is known."""
    raw = {}
    with rig.Site() as site:
        fill(site, nodes, requests)
        launcher = site.launcher(rig.one_provider(max_servers=nodes + 20000))
        began = time.monotonic()
        launcher.start()
        ready = time.monotonic() - began
        time.sleep(2)
        subprocess.run(['jcmd', str(launcher.pid), 'GC.run'], check=True, stdout=subprocess.DEVNULL)
        heap = subprocess.run(['jcmd', str(launcher.pid), 'GC.heap_info'], capture_output=True, text=True).stdout
        raw['big tree'] = {'ready_s': round(ready, 2), 'heap': heap,
                           'caught up': re.findall('.*caught up.*', open(launcher.log).read())}
    used = sum(int(k) for k in re.findall(r'(?:generation|space|Heap|heap)[^\n]*?used (\d+)K', heap))
    return {'10 000 nodes, 2 000 requests: start, s': round(ready, 2),
            '10 000 nodes, 2 000 requests: heap after a collection, MB': used // 1024}, raw


def fill(site, nodes, requests, provider='bench'):
    """Held nodes, which a launcher knows and leaves alone, and requests for a label that nobody serves."""
    from kazoo.client import KazooClient
    client = KazooClient(site.hosts)
    client.start()
    client.ensure_path('/nodepool/nodes')
    client.ensure_path('/nodepool/requests')
    now = time.time()
    pending = []
    for i in range(nodes):
        node = {'state': 'hold', 'state_time': now, 'created_time': now, 'type': ['bench'], 'provider': provider,
                'pool': 'main', 'launcher': 'bench', 'external_id': 'held-%d' % i, 'hold_expiration': 864000,
                'hold_job': 'bench', 'comment': 'held for the measurement', 'hostname': 'held', 'az': None,
                'interface_ip': '192.0.2.1', 'public_ipv4': '192.0.2.1', 'private_ipv4': '192.0.2.1',
                'host_keys': ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample01'],
                'resources': {'instances': 1, 'cores': 4, 'ram': 8192}, 'username': 'zuul', 'connection_type': 'ssh',
                'connection_port': 22, 'attributes': {}, 'tenant_name': None, 'allocated_to': None}
        pending.append(client.create_async('/nodepool/nodes/', json.dumps(node).encode(), sequence=True))
    for i in range(requests):
        request = {'state': 'pending', 'state_time': now, 'created_time': now, 'node_types': ['elsewhere'],
                   'nodes': [], 'requestor': 'bench', 'declined_by': [], 'reuse': True, 'relative_priority': 0,
                   'provider': None, 'event_id': 'e%d' % i}
        request['state'] = 'requested'
        request['provider'] = 'somebody-else'
        pending.append(client.create_async('/nodepool/requests/200-', json.dumps(request).encode(), sequence=True))
    for result in pending:
        result.get(timeout=120)
    client.stop()
    client.close()


def growth(sizes=(100, 1000, 10000), runs=3):
    raw = {}
    figures = {}
    for size in sizes:
        with rig.Site() as site:
            fill(site, size, 0)
            launcher = site.launcher(rig.one_provider(max_servers=size + 20000)).start()
            warmed(site, launcher)
            raw['burst of 500 with %d live nodes' % size] = load(
                site, launcher, '-n', 500, '--runs', runs, '--accept-late')
            figures['CPU per request with %d live nodes, ms' % size] = cpu(
                raw['burst of 500 with %d live nodes' % size])
    return figures, raw


def many_providers(providers=100, pools=3, seconds=60):
    text = ['labels: [{name: bench}]', 'providers:']
    for p in range(providers):
        text.append('  - name: p%03d\n    driver: fake\n    cloud: fake\n    fake-cloud: {boot-seconds: 0.1}\n'
                    '    cloud-images: [{name: image, username: zuul}]\n    pools:' % p)
        for q in range(pools):
            text.append('      - {name: q%d, max-servers: 5, labels: [{name: bench, cloud-image: image, '
                        'min-ram: 8192}]}' % q)
    raw = {}
    with rig.Site() as site:
        launcher = site.launcher('\n'.join(text) + '\n').start()
        time.sleep(20)
        sampler = common.ProcSampler(launcher.pid, 1)
        sampler.start()
        time.sleep(seconds)
        raw['100 providers idle'] = sampler.finish()
    return {
        '100 providers x 3 pools idle, CPU %': raw['100 providers idle']['cpu_percent_of_one_core'],
        '100 providers x 3 pools idle, threads': raw['100 providers idle']['threads_max'],
    }, raw
