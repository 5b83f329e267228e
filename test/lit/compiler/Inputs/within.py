"""within.py SECONDS MIB COMMAND...: runs the command, says what it took, and fails when it took more processor time or memory."""
import resource
import subprocess
import sys

seconds, mebibytes, command = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
code = subprocess.run(command).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
time, memory = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
print(f"{time:.2f} s of {seconds:g}, {memory:.0f} MiB of {mebibytes:g}", flush=True)
sys.exit(code or (time > seconds or memory > mebibytes))
