"""A stand-in for systemd: binds the datagram socket in argv[1] (an @ at its begin: abstract) and prints each datagram as JSON."""
import json
import socket
import sys

name = sys.argv[1]
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind("\0" + name[1:] if name.startswith("@") else name)
print(json.dumps("bound"), flush=True)
while True:
    print(json.dumps(server.recv(4096).decode()), flush=True)
