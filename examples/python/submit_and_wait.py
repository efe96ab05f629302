#!/usr/bin/env python3
"""Has a network measured by a tinyfarm server, and waits for the result. Standard library only.

    TINYFARM_URL=http://127.0.0.1:7700 python3 submit_and_wait.py net.tflite --target stm32f405
"""

import argparse
import json
import os
import pathlib
import sys
import urllib.error
import urllib.parse
import urllib.request


class Farm:
    def __init__(self, url, token=None):
        self.url = url.rstrip("/")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(self, method, path, body=None, content_type="application/json"):
        headers = {**self.headers, **({"Content-Type": content_type} if body is not None else {})}
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            problem = json.load(error)
            raise SystemExit(f"{problem['message']} [{problem['code']}]") from error

    def upload(self, path, kind):
        query = urllib.parse.urlencode({"kind": kind, "name": path.name})
        answer = self.call("POST", f"/api/v1/candidates?{query}", path.read_bytes(), "application/octet-stream")
        return answer["hash"]

    def submit(self, candidate, target):
        body = json.dumps({"candidate": candidate, "target": target}).encode()
        return self.call("POST", "/api/v1/jobs", body)

    def events(self, job, after=0):
        """Server-Sent Events of a job; after a lost connection it goes on where it was."""
        while True:
            headers = {**self.headers, "Last-Event-ID": str(after)}
            request = urllib.request.Request(f"{self.url}/api/v1/events?job={job}", headers=headers)
            try:
                with urllib.request.urlopen(request, timeout=60) as response:
                    for line in response:
                        name, _, value = line.decode().rstrip("\n").partition(": ")
                        if name == "id":
                            after = int(value)
                        elif name == "data":
                            yield json.loads(value)
            except (TimeoutError, ConnectionError):
                pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network", type=pathlib.Path)
    parser.add_argument("--target", required=True)
    parser.add_argument("--kind", default="tflite")
    options = parser.parse_args()

    farm = Farm(os.environ.get("TINYFARM_URL", "http://127.0.0.1:7700"), os.environ.get("TINYFARM_TOKEN"))
    job = farm.submit(farm.upload(options.network, options.kind), options.target)
    print(f"job {job['id']}", file=sys.stderr)
    for event in farm.events(job["id"]):
        print(event["type"], event["data"].get("stage", ""), file=sys.stderr)
        if event["type"] == "job.ended":
            break

    job = farm.call("GET", f"/api/v1/jobs/{job['id']}")["job"]
    if job["state"] != "succeeded":
        failure = job["failure"]
        raise SystemExit(f"job {job['id']} {job['state']}: {failure['message']} (blame: {failure['blame']})")
    measurement = farm.call("GET", f"/api/v1/results/{job['measurementId']}")
    # An instruction count of an emulator is no latency: only silicon has cycles.
    unit = "cycles" if measurement["fidelity"] == "hardware" else "instructions"
    print(f"{measurement['candidate']} on {measurement['board']}: {measurement[unit]} {unit}")


if __name__ == "__main__":
    main()
