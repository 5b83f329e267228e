"""Runs spc-compile and spc-run for the end-to-end checks, and counts what passed."""
import pathlib
import re
import subprocess
import time

import numpy as np

TIMEOUT = 300
CRASHES = re.compile(rb"AddressSanitizer|UndefinedBehaviorSanitizer|runtime error:|LeakSanitizer|Stack dump|PLEASE submit a bug")


class Failed(Exception):
    """A check did not hold; the text says why."""


class Result:
    def __init__(self, process):
        self.code, self.out = process.returncode, process.stdout.decode(errors="replace")
        self.err = process.stderr.decode(errors="replace")
        if process.returncode < 0 or CRASHES.search(process.stderr):
            raise Failed(f"{process.args[0]} crashed (status {process.returncode}):\n{self.err[-2000:]}")

    def expect(self, code):
        if self.code != code:
            raise Failed(f"exit status {self.code}, expected {code}:\n{self.err[-1500:]}")
        return self


class Tools:
    def __init__(self, build, scratch):
        self.bin, self.scratch = pathlib.Path(build, "bin"), pathlib.Path(scratch)

    def call(self, program, *words):
        command = [str(self.bin / program), *map(str, words)]
        return Result(subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT))

    def compile(self, model, output, *flags):
        """-> Result of spc-compile; |output| is a name in the scratch folder."""
        return self.call("spc-compile", model, "--target=cpu", "-o", self.scratch / output, *flags)

    def tokens(self, sequences):
        path = self.scratch / "tokens.txt"
        path.write_text("".join(" ".join(map(str, sequence)) + "\n" for sequence in sequences))
        return path

    def run(self, output, sequences, steps, *flags):
        """-> (logits [sequences, longest + steps, vocab], generated [sequences, steps]) of an object compiled before"""
        logits = self.scratch / "logits.npy"
        result = self.call("spc-run", self.scratch / output, f"--tokens={self.tokens(sequences)}", "-n", steps, f"--logits={logits}", *flags)
        result.expect(0)
        generated = np.array([[int(word) for word in line.split()] for line in result.out.splitlines()], np.int64)
        array = np.load(logits)
        if array.dtype != np.float32 or generated.shape != (len(sequences), steps):
            raise Failed(f"logits are {array.dtype} {array.shape}, generated ids are {generated.shape}")
        return array, generated


class Report:
    """One line a check. A check is a function that returns a remark or raises Failed."""

    def __init__(self, pattern=""):
        self.pattern, self.passed, self.failed = re.compile(pattern), 0, 0

    def wants(self, name):
        return bool(self.pattern.search(name))

    def check(self, name, function):
        if not self.wants(name):
            return
        start = time.monotonic()
        try:
            remark, good = function(), True
        except (Failed, subprocess.TimeoutExpired, OSError, ValueError) as error:
            remark, good = f"{type(error).__name__}: {error}" if not isinstance(error, Failed) else str(error), False
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} {name}{': ' + remark if remark else ''} ({time.monotonic() - start:.1f} s)", flush=True)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0


def relative_difference(actual, expected):
    """Largest difference over the largest expected magnitude; NaN or infinity anywhere fails."""
    if not np.isfinite(actual).all():
        raise Failed("a logit is not finite")
    return float(np.abs(actual.astype(np.float64) - expected).max() / np.abs(expected).max())


def expect_close(actual, expected, tolerance, what="logits"):
    difference = relative_difference(actual, expected)
    if difference > tolerance:
        raise Failed(f"{what} differ by {difference:.2e} of the largest; {tolerance:.0e} is allowed")
    return difference


def expect_same_bits(actual, expected, what):
    if actual.shape != expected.shape or actual.tobytes() != expected.tobytes():
        where = np.argwhere(actual != expected)[:1].tolist() if actual.shape == expected.shape else "shapes"
        raise Failed(f"{what} are not bit-identical (first difference at {where})")


