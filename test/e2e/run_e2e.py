#!/usr/bin/env python3
"""End-to-end checks: compiles the models of test/data, decodes with them, and compares. Needs numpy only.

    run_e2e.py --build=BUILD [--only=REGEX] [--keep=FOLDER]

Prints a line a check and, last, `N passed, N failed`.
"""
import argparse
import contextlib
import pathlib
import sys
import tempfile

try:
    import numpy  # noqa: F401
except ImportError:
    sys.exit(f"run_e2e.py: {sys.executable} has no numpy; install python3-numpy, or name another Python")

import check_bench
import check_distill
import check_inputs
import check_models
import check_plan
import check_scale
import check_selections
from tools import Report, Tools


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=pathlib.Path(__file__).resolve().parents[2] / "build", help="folder whose bin/ has the tools")
    parser.add_argument("--only", default="", help="run the checks whose name matches this regular expression, and what they need")
    parser.add_argument("--keep", help="work in this folder and leave it")
    args = parser.parse_args()
    missing = [name for name in ("spc-compile", "spc-run", "spc-bench", "spc-plan") if not pathlib.Path(args.build, "bin", name).exists()]
    if missing:
        sys.exit(f"run_e2e.py: {args.build}/bin has no {' and no '.join(missing)}: build first, or give --build")
    report = Report(args.only)
    with contextlib.ExitStack() as stack:
        scratch = args.keep or stack.enter_context(tempfile.TemporaryDirectory())
        pathlib.Path(scratch).mkdir(parents=True, exist_ok=True)
        tools = Tools(args.build, scratch)
        check_models.check_all(tools, report)
        check_inputs.check_all(tools, report)
        check_scale.check_all(tools, report)
        check_selections.check_all(tools, report)
        check_bench.check_all(tools, report)
        check_plan.check_all(tools, report)
        check_distill.check_all(tools, report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
