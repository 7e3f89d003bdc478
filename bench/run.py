"""Measures everything and writes docs/performance.md. Called by run.sh."""

import argparse
import json
import os
import platform
import subprocess
import sys
import time

import common
import measures
import rig

# What a figure is to be at most (<=) or at least (>=): the table of docs/performance.md in this order.
# Peer: Python 3.10 and 10.x on the same kind of machine, measured with the same tools.
TARGETS = [
    ('one at a time, p50 s', '<=', 0.2, '10–20 · 5.0'),
    ('burst of 50, p50 s', '<=', 0.25, '7.6 · 4.2'),
    ('burst of 50, p99 s', '<=', 0.5, '8.0 · 5.4'),
    ('burst of 500, p50 s', '<=', 1.5, '20 · 15'),
    ('burst of 500, p99 s', '<=', 3, '24 · 17'),
    ('burst of 500, fulfilled per s', '>=', 200, '20 · 29'),
    ('100 of 3 nodes, p50 s', '<=', 0.6, '9.7 · 6.5'),
    ('50 on 50 ready nodes, p50 s', '<=', 0.15, '1.2–5.1 · 1.4'),
    ('5 per second, p99 s', '<=', 0.4, '11.7 · 6.4'),
    ('node gone after return, p50 s', '<=', 0.2, '2–6 · 4–6'),
    ('CPU per request, ms', '<=', 5, '31–38 · 18–26'),
    ('writes per request', '<=', 10, '20 · 20'),
    ('packets per request', '<=', 20, '74 · 50'),
    ('idle fresh, packets per s', '<=', 1, '16 · 4.4'),
    ('idle fresh, CPU % above the VM beside', '<=', 0.15, '0.42 · 0.18 in all'),
    ('idle after 6000 requests, packets per s', '<=', 1, '116 · 105'),
    ('idle after 6000 requests, CPU % above the VM beside', '<=', 0.15, '2.5 · 2.4 in all'),
    ('RSS at ready, MiB', '<=', 120, '141 · 143'),
    ('RSS in a burst of 500, MiB', '<=', 160, '160 · 163'),
    ('start with class archive, s', '<=', 1.2, '1.7–2.7 · 1.7–2.0'),
    ('start without archive ÷ bare Jetty and Curator', '<=', 1.2, '–'),
    ('fsync on ÷ off', '>=', 0.7, '0.78 · 0.95'),
    ('10 000 nodes, 2 000 requests: start, s', '<=', 3, '–'),
    ('10 000 nodes, 2 000 requests: heap after a collection, MB', '<=', 256, '–'),
    ('100 providers x 3 pools idle, CPU %', '<=', 1, '–'),
    ('100 providers x 3 pools idle, threads', '<=', 60, '–'),
    ('growth of CPU per request from 100 to 10 000 live nodes', '<=', 1.2, '–'),
]

# What bounds the figures that have missed their target so far: docs/performance-notes.md has the proof.
BOUNDS = {
    'start without archive ÷ bare Jetty and Curator': 'classes of logging, YAML, Jackson and of lambdas',
}

GROUPS = ('bursts', 'on_ready_nodes', 'idle', 'start', 'fsync', 'big_tree', 'growth', 'many_providers')


def derived(figures):
    for when in ('fresh', 'after 6000 requests'):
        own, beside = figures.get('idle %s, CPU %%' % when), figures.get('idle %s, CPU %% of the VM beside' % when)
        if own is not None:
            figures['idle %s, CPU %% above the VM beside' % when] = round(own - beside, 2)
    if 'start without archive, s' in figures:
        figures['start without archive ÷ bare Jetty and Curator'] = round(
            figures['start without archive, s'] / figures['start bare Jetty and Curator, s'], 2)
    small = figures.get('CPU per request with 100 live nodes, ms')
    if small:
        figures['growth of CPU per request from 100 to 10 000 live nodes'] = round(
            figures['CPU per request with 10000 live nodes, ms'] / small, 2)


def verdict(name, figure, sign, target):
    if figure is None:
        return 'not measured'
    if figure <= target if sign == '<=' else figure >= target:
        return 'met'
    return '**missed**: ' + BOUNDS.get(name, 'not looked into')


def table(figures):
    lines = ['| Figure | Python 3.10 · 10.x | Target | Measured | |', '|---|---|---|---|---|']
    for name, sign, target, peer in TARGETS:
        figure = figures.get(name)
        lines.append('| %s | %s | %s %s | %s | %s |' % (
            name, peer, '≤' if sign == '<=' else '≥', target, '–' if figure is None else figure,
            verdict(name, figure, sign, target)))
    return lines


def conditions():
    cpu = next((line.split(':')[1].strip() for line in open('/proc/cpuinfo') if line.startswith('model name')), '?')
    java = subprocess.run(['java', '-version'], capture_output=True, text=True).stderr.splitlines()[0]
    commit = subprocess.run(['git', '-C', rig.ROOT, 'rev-parse', '--short', 'HEAD'],
                            capture_output=True, text=True).stdout.strip()
    machine = common.machine()
    return ['- %s, commit %s.' % (time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime()), commit),
            '- %d cores of %s, %s; load average before the first run %s.' % (
                machine['cores'], cpu, platform.platform(), machine['loadavg_1m']),
            '- %s; ZooKeeper 3.8 of Debian, standalone, 1 GiB, fresh directory for each group of rows, '
            '`forceSync=no` unless the row says otherwise.' % java,
            '- One launcher by `bin/nodepool-launcher` with the options that this script always sets; fake cloud, '
            'boot 0.1 s, log level INFO to a file. Warmed with 2 500 requests. Medians of three runs.',
            '- Latency is read from the clock of the ZooKeeper server: creation of the request to its last change. '
            'In bursts the load generator takes the nodes when all requests are answered.']


def page(figures, raw, begun):
    lines = ['# Performance', '', 'Written by `bench/run.sh`, which starts all it needs. Do not edit: notes on what '
             'bounds a figure stand in [performance-notes.md](performance-notes.md).', '', '## Conditions', '']
    lines += begun + ['', '## Figures', ''] + table(figures)
    lines += ['', '## Everything measured', '', '| Figure | Value |', '|---|---|']
    lines += ['| %s | %s |' % item for item in figures.items()]
    lines += ['', '## Latency of each load, in seconds', '',
              '| Load | p50 | p90 | p99 | max | fulfilled | failed | wrong | packets/request | writes/request | '
              'CPU s of the launcher |', '|---|---|---|---|---|---|---|---|---|---|---|']
    for name, result in raw.items():
        median = result.get('median', {})
        if 'latency_by_server_clock_s' not in median:
            continue
        at = median['latency_by_server_clock_s']
        zk = median['zookeeper_ops']
        lines.append('| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |' % (
            name, at['p50'], at['p90'], at['p99'], at['max'], median['fulfilled'], median['failures'],
            median['wrong_count'], zk['packets_per_request_without_own'], zk['writes_per_request'],
            median['process_launcher']['cpu_s']))
    return '\n'.join(lines) + '\n'


def main():
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('groups', nargs='*', metavar='GROUP', help='some of: %s (default: all)' % ', '.join(GROUPS))
    p.add_argument('--raw', help='file for the raw results')
    a = p.parse_args()
    unknown = set(a.groups) - set(GROUPS)
    if unknown:
        p.error('no group %s; there are %s' % (', '.join(sorted(unknown)), ', '.join(GROUPS)))
    rig.first()
    begun = conditions()
    figures, raw = {}, {}
    for group in a.groups or GROUPS:
        print('== %s' % group, file=sys.stderr)
        some, results = getattr(measures, group)()
        for item in some.items():
            print('%s: %s' % item, file=sys.stderr)
        figures.update(some)
        raw.update(results)
    derived(figures)
    print('\n'.join(table(figures)))
    if a.raw:
        with open(a.raw, 'w') as f:
            json.dump(raw, f, indent=1)
    if not a.groups:
        with open(os.path.join(rig.ROOT, 'docs', 'performance.md'), 'w') as f:
            f.write(page(figures, raw, begun))
    return 0


if __name__ == '__main__':
    sys.exit(main())
