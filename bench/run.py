"""Run every measurement of this folder and write ``bench/RESULTS.md``, with the state they were taken in."""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = (
    *("rules.py", "pipeline.py", "intake.py", "matching.py", "scale.py", "load.py"),
    *("cases.py", "payments.py", "printing.py", "demography.py"),
    *("cubes.py", "figures.py", "accuracy.py", "ranking.py", "bulletin.py"),
)


def cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def main() -> None:
    parts = [
        "# Measurements\n",
        "Written by `make bench`. Machines differ: read the ratios, each taken within one run.\n",
        f"Run on {dt.date.today().isoformat()}: {os.cpu_count()} cores, {cpu()}, "  # noqa: DTZ011
        f"Python {platform.python_version()}, load average {os.getloadavg()[0]:.2f} at the start.\n",
    ]
    for script in SCRIPTS:
        print(f"== {script}", flush=True)
        done = subprocess.run(
            [sys.executable, str(HERE / script)], capture_output=True, text=True, check=False, cwd=HERE.parent
        )
        if done.returncode:
            sys.exit(f"{script} failed:\n{done.stdout}\n{done.stderr}")
        print(done.stdout, flush=True)
        parts.append(done.stdout.strip() + "\n")
    (HERE / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
