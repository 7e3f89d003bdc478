#!/usr/bin/python3
"""Stands before the APIs of the lab, writes down every call and does harm when it is told to.

    faultproxy.py NAME=LISTEN_PORT:TARGET_PORT ...

LAB_FAULTS/proxy holds the rules and is read for every call. The first rule that fits decides; a call without one goes
through as it is:

    SERVICE METHOD PATH-REGEX ACTION...

SERVICE and METHOD may be *. Actions:
    delay=SECONDS       waits before it passes the call on
    after=SECONDS       waits with the answer
    status=CODE         answers this and passes nothing on
    retry-after=SECONDS adds that header to a status
    lost                passes the call on and drops the connection instead of answering
    drop                drops the connection and passes nothing on
    cut=BYTES           drops both connections after so much of the body
    chance=PERCENT      the rule fits only this share of the calls
    times=N             the rule fits only N calls; a new file of rules counts anew
Each call is a line on standard output once it is over: time of arrival in seconds, service, method, path, outcome,
and "by rule" when there was one.
"""
import http.client
import http.server
import os
import random
import re
import sys
import threading
import time

RULES = os.path.join(os.environ['LAB_FAULTS'], 'proxy')
# Headers that concern one connection, not the call.
OF_CONNECTION = {'connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings',
                 'proxy-connection', 'expect'}
BLOCK = 65536
used = {}
lock = threading.Lock()


class Cut(Exception):
    """The rule wants the connection dropped in the middle of the body."""


def rule_for(service, method, path):
    try:
        with open(RULES, encoding='utf-8') as file:
            lines = file.read().splitlines()
            version = os.fstat(file.fileno()).st_mtime_ns
    except FileNotFoundError:
        return {}
    for line in lines:
        words = line.split()
        if not words or words[0].startswith('#'):
            continue
        if words[0] not in ('*', service) or words[1] not in ('*', method) or not re.search(words[2], path):
            continue
        actions = {name: value for name, _, value in (word.partition('=') for word in words[3:])}
        if random.random() * 100 >= float(actions.get('chance', 100)):
            continue
        if 'times' in actions:
            with lock:
                used[version, line] = used.get((version, line), 0) + 1
                if used[version, line] > int(actions['times']):
                    continue
        return actions
    return {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    service = target = None

    def handle_call(self):
        self.arrived = time.time()
        self.actions = actions = rule_for(self.service, self.command, self.path)
        if 'drop' in actions:
            self.drop('dropped')
            return
        time.sleep(float(actions.get('delay') or 0))
        if 'status' in actions:
            self.refuse(int(actions['status']), actions.get('retry-after'))
            return
        target = http.client.HTTPConnection('127.0.0.1', self.target, timeout=600)
        try:
            self.pass_on(target, actions)
        except Cut:
            self.drop('cut')
        except (OSError, http.client.HTTPException) as failure:
            self.drop('failed %r' % failure)
        finally:
            target.close()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_call

    def pass_on(self, target, actions):
        chunked = self.chunked()
        headers = {name: value for name, value in self.headers.items() if name.lower() not in OF_CONNECTION}
        if chunked:
            headers['Transfer-Encoding'] = 'chunked'
        body = self.body(int(actions.get('cut') or sys.maxsize)) if chunked or self.length() else None
        target.request(self.command, self.path, headers=headers, body=body, encode_chunked=chunked)
        answer = target.getresponse()
        time.sleep(float(actions.get('after') or 0))
        if 'lost' in actions:
            answer.read()
            self.drop('lost %d' % answer.status)
            return
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in OF_CONNECTION:
                self.send_header(name, value)
        empty = self.command == 'HEAD' or answer.status in (204, 304)
        stream = not empty and answer.getheader('Content-Length') is None
        if stream:
            self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()
        while not empty:
            block = answer.read(BLOCK)
            if stream:
                self.wfile.write(b'%x\r\n%s\r\n' % (len(block), block))
            else:
                self.wfile.write(block)
            if not block:
                break
        self.note(str(answer.status))

    def chunked(self):
        return 'chunked' in self.headers.get('Transfer-Encoding', '').lower()

    def length(self):
        return int(self.headers.get('Content-Length') or 0)

    def body(self, limit=sys.maxsize):
        passed = 0
        for block in self.chunks() if self.chunked() else self.blocks():
            passed += len(block)
            if passed > limit:
                raise Cut
            yield block

    def chunks(self):
        while True:
            size = int(self.rfile.readline().split(b';')[0], 16)
            block = self.rfile.read(size)
            self.rfile.readline()
            if size == 0:
                return
            yield block

    def blocks(self):
        left = self.length()
        while left > 0:
            block = self.rfile.read(min(left, BLOCK))
            if not block:
                raise ConnectionError('the client is gone with %d bytes missing' % left)
            left -= len(block)
            yield block

    def refuse(self, status, retry_after):
        for _ in self.body():
            pass
        text = b'{"error": {"message": "refused by the lab", "code": %d}}' % status
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(text)))
        if retry_after:
            self.send_header('Retry-After', retry_after)
        self.end_headers()
        self.wfile.write(text)
        self.note(str(status))

    def drop(self, outcome):
        self.close_connection = True
        self.note(outcome)

    def note(self, outcome):
        if self.actions:
            outcome += ' by rule'
        # One write, so that lines of several threads do not mix.
        sys.stdout.write('%.3f %s %s %s %s\n' % (self.arrived, self.service, self.command, self.path, outcome))
        sys.stdout.flush()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128


def main():
    servers = []
    for argument in sys.argv[1:]:
        name, listen, target = re.fullmatch(r'(\w+)=(\d+):(\d+)', argument).groups()
        handler = type(name, (Handler,), {'service': name, 'target': int(target)})
        servers.append(Server(('127.0.0.1', int(listen)), handler))
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    servers[0].serve_forever()


if __name__ == '__main__':
    main()
