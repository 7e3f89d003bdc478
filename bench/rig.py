"""What a measurement runs against: a ZooKeeper server and launchers of this checkout, all on loopback."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import common

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
JARS = '/usr/share/java/'
ZOOKEEPER = ':'.join(JARS + jar for jar in
                     ('zookeeper.jar', 'netty-codec.jar', 'netty-resolver.jar', 'slf4j-simple.jar'))


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def first():
    """Gives the cores to what this session starts, as far as the kernel lets us; other users of the machine wait."""
    try:
        with open('/proc/self/autogroup', 'w') as f:
            f.write('-20')
    except OSError:
        pass


class Process:
    """A process that ends with the measurement."""

    def __init__(self, command, log):
        self.log = open(log, 'ab')
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.pid = self.process.pid

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()


class Site:
    """One fresh ZooKeeper with a directory of its own. Close it."""

    def __init__(self, fsync=False):
        self.directory = tempfile.mkdtemp(prefix='nodepool-bench-')
        self.port = free_port()
        self.hosts = '127.0.0.1:%d' % self.port
        self.processes = []
        config = self.path('zoo.cfg')
        with open(config, 'w') as f:
            f.write('tickTime=2000\ndataDir=%s\nclientPort=%d\nclientPortAddress=127.0.0.1\n'
                    '4lw.commands.whitelist=*\nmaxClientCnxns=0\nadmin.enableServer=false\n'
                    % (self.path('data'), self.port))
        self.zookeeper = self.run(
            ['java', '-Xmx1g', '-Dzookeeper.forceSync=%s' % ('yes' if fsync else 'no'),
             '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', ZOOKEEPER,
             'org.apache.zookeeper.server.quorum.QuorumPeerMain', config], 'zookeeper.log')
        deadline = time.monotonic() + 30
        while True:
            try:
                common.four_letters(self.hosts, b'srvr')
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise SystemExit('ZooKeeper does not start, see ' + self.path('zookeeper.log'))
                time.sleep(.05)

    def path(self, name):
        return os.path.join(self.directory, name)

    def run(self, command, log):
        process = Process(command, self.path(log))
        self.processes.append(process)
        return process

    def launcher(self, config, name='launcher', command=None):
        return Launcher(self, config, name, command)

    def stop(self, process):
        process.stop()
        self.processes.remove(process)

    def close(self):
        for process in reversed(self.processes):
            process.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Launcher:
    """bin/nodepool-launcher in the foreground with its web server on a port of its own."""

    def __init__(self, site, config, name, command=None):
        self.site = site
        self.web = free_port()
        self.config = site.path(name + '.yaml')
        with open(self.config, 'w') as f:
            f.write('zookeeper-servers: [{host: 127.0.0.1, port: %d}]\n'
                    'webapp: {port: %d, listen_address: 127.0.0.1}\n' % (site.port, self.web))
            f.write(config)
        self.command = (command or [os.path.join(ROOT, 'bin', 'nodepool-launcher'), '-f']) + ['-c', self.config]
        self.url = 'http://127.0.0.1:%d/ready' % self.web
        self.log = site.path(name + '.log')
        self.process = None

    def start(self, timeout=60):
        self.process = self.site.run(self.command, os.path.basename(self.log))
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(self.url, timeout=2):
                    return self
            except urllib.error.HTTPError:
                time.sleep(.01)
            except OSError:
                time.sleep(.01)
        raise SystemExit('the launcher is not ready, see ' + self.log)

    @property
    def pid(self):
        return self.process.pid

    def java(self):
        """The Java command of the running launcher up to its jar: the options that a comparison must share."""
        with open('/proc/%d/cmdline' % self.pid, 'rb') as f:
            words = f.read().decode().split('\0')
        return words[:words.index('-jar')]

    def stop(self):
        self.site.stop(self.process)


def one_provider(min_ready=0, max_servers=2000, more=''):
    return '''labels: [{name: bench, min-ready: %d}]
providers:
  - name: bench
    driver: fake
    cloud: fake
    fake-cloud: {instances: -1, cores: -1, ram: -1, boot-seconds: 0.1%s}
    cloud-images: [{name: image, username: zuul}]
    pools: [{name: main, max-servers: %d, labels: [{name: bench, cloud-image: image, min-ram: 8192}]}]
''' % (min_ready, more, max_servers)
