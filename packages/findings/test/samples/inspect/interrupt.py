"""Ends a run of make.py's task `cancelled` from outside, at its second sample: python interrupt.py eval [SIGKILL]"""
import signal
import subprocess
import sys
import time

run = subprocess.Popen(
    [sys.executable, "make.py", "cancelled", sys.argv[1]],
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    text=True,
    preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
)
for line in run.stdout:
    if "WAITING" in line:
        time.sleep(3)
        run.send_signal(getattr(signal, sys.argv[2] if len(sys.argv) > 2 else "SIGINT"))
run.wait()
