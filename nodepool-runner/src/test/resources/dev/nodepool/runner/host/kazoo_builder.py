"""A builder as Python's, as far as ZooKeeper sees it: locks, makes a numbered build, asks for one more, reads what came."""

import json
import sys
import time

from kazoo.client import KazooClient

servers, image = sys.argv[1:3]
zk = KazooClient(servers)
zk.start(timeout=30)
builds = "/nodepool/images/%s/builds" % image


def names():
    return [name for name in zk.get_children(builds) if name != "lock"]


lock = zk.Lock(builds + "/lock", "python-builder")
assert lock.acquire(blocking=False), "the lock is held though nobody builds"
record = {"state": "building", "state_time": time.time(), "builder": "python", "builder_id": "python", "formats": "qcow2"}
path = zk.create(builds + "/", json.dumps(record).encode(), sequence=True, makepath=True)
print("building", path, flush=True)
time.sleep(8)
assert names() == [path.rsplit("/", 1)[1]], "somebody built while the lock was held: %s" % names()
record.update(state="ready", state_time=time.time(), username="zuul", python_path="auto", shell_type=None)
zk.set(path, json.dumps(record).encode())
lock.release()
time.sleep(5)
assert names() == [path.rsplit("/", 1)[1]], "somebody built though a young build is ready: %s" % names()

zk.ensure_path("/nodepool/images/%s/request-build" % image)
deadline = time.time() + 60
while zk.exists("/nodepool/images/%s/request-build" % image):
    assert time.time() < deadline, "the request is not answered: %s" % names()
    time.sleep(0.2)
theirs = [name for name in names() if name != path.rsplit("/", 1)[1]]
assert len(theirs) == 1 and len(theirs[0]) == 32, theirs
data = json.loads(zk.get(builds + "/" + theirs[0])[0].decode("utf8"))
assert data["state"] == "ready", data
assert isinstance(data["state_time"], float), data
assert data["formats"].split(",") == ["qcow2"], data
assert data["builder"] and data["builder_id"] and data["username"] == "zuul" and data["python_path"] == "auto", data

uploads = "%s/%s/providers/fake-one/images" % (builds, theirs[0])
while True:
    found = [name for name in (zk.get_children(uploads) if zk.exists(uploads) else []) if name != "lock"]
    states = [json.loads(zk.get(uploads + "/" + name)[0].decode("utf8")) for name in found]
    if [state["state"] for state in states] == ["ready"]:
        break
    assert time.time() < deadline, states
    time.sleep(0.2)
assert found == ["0000000001"], found
assert states[0]["external_id"] and states[0]["external_name"] and states[0]["format"] == "qcow2", states
assert zk.Lock(uploads + "/lock", "python-builder").acquire(blocking=False), "the lock of the uploads is not free"
zk.stop()
print("done", flush=True)
