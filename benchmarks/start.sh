#!/usr/bin/env bash
# Measures the start: start.sh [pairs] [starter|features], on a machine that should do nothing else. There are 40 pairs if left out.
# With "starter", only the starter is compared with an application without it, in a quarter of the time. With "features", only
# each feature is compared with the starter.
# Build before: mvn -DskipTests package
# With JAVA_25_HOME set, the cache of JDK 25 is measured too.
set -euo pipefail
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8
mkdir -p results
java -cp 'target/classes:target/lib/*' dev.lumoauth.benchmarks.start.StartHarness target/classes \
	start/without/target/lib start/with/target/lib start/features/target/lib "${1:-40}" "${2:-all}" | tee results/start.md
