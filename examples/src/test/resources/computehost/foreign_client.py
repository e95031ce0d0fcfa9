"""A client of the compute host in Python's standard library alone: prints what it got as one line of JSON."""
import http.client
import json
import socket
import sys


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


connection = UnixConnection(sys.argv[1])


def call(method, path, body=None):
    headers = {"Nova-Metal-Api": "1.0", "Content-Type": "application/json"}
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    response = connection.getresponse()
    return response.status, json.loads(response.read())


uuid = "11111111-2222-3333-4444-555555555555"
node = call("GET", "/v1/nodes")[1]["nodes"][0]["name"]
instance = {"uuid": uuid, "name": "i-1", "node": node, "flavor": {"name": "any"}}
body = {"kind": "spawn", "context": {"request_id": "req-1"}, "instance": instance, "image": {"id": "image-1"}}
begun = call("POST", "/v1/instances/%s/operations" % uuid, body)
end = call("GET", "/v1/instances/%s/operations/req-1:spawn?wait=30" % uuid)
print(json.dumps({"node": node, "begun": begun[0], "phase": end[1]["phase"], "instances": call("GET", "/v1/instances")[1]["uuids"]}))
