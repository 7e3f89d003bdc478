"""Takes kazoo's lock many times and looks inside it whether anybody else is there."""
import os
import random
import sys
import threading
import time

from kazoo.client import KazooClient

hosts, path, directory, mode, workers, times = sys.argv[1:]
guard = os.path.join(directory, 'guard')
counter = os.path.join(directory, 'counter')
violations = []
failures = []


def inside():
    try:
        os.close(os.open(guard, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        violations.append(1)
    with open(counter) as f:
        count = int(f.read())
    time.sleep(random.random() / 5000)
    with open(counter, 'w') as f:
        f.write(str(count + 1))
    try:
        os.unlink(guard)
    except FileNotFoundError:
        violations.append(1)


def acquire(client):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        lock = client.Lock(path, 'python')
        if lock.acquire(blocking=mode == 'wait', timeout=60 if mode == 'wait' else None):
            return lock
        time.sleep(0.001)
    raise TimeoutError('no lock within 60 s')


def work(client):
    try:
        for _ in range(int(times)):
            lock = acquire(client)
            inside()
            lock.release()
    except Exception as e:
        failures.append(e)


client = KazooClient(hosts)
client.start(timeout=20)
print('connected')
while not os.path.exists(os.path.join(directory, 'go')):
    time.sleep(0.01)
threads = [threading.Thread(target=work, args=(client,)) for _ in range(int(workers))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
client.stop()
print('violations', len(violations), 'failures', failures)
sys.exit(1 if violations or failures else 0)
