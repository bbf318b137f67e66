#!/usr/bin/env bash
# Measures the start: start.sh [pairs], 40 if left out, on a machine that should do nothing else. Build before:
# mvn -DskipTests package
# With JAVA_25_HOME set, the cache of JDK 25 is measured too.
set -euo pipefail
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8
mkdir -p results
java -cp 'target/classes:target/lib/*' dev.lumoauth.benchmarks.start.StartHarness target/classes \
	start/without/target/lib start/with/target/lib start/features/target/lib "${1:-40}" | tee results/start.md
