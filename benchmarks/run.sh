#!/usr/bin/env bash
# Measures everything, in about forty-five minutes, on a machine that should do nothing else, and writes results/. Build before:
# mvn -DskipTests package
set -euo pipefail
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8
results=results
mkdir -p "$results"
rm -f "$results"/jmh-*.csv

jmh() {
	local name=$1
	shift
	java -cp 'target/classes:target/lib/*' org.openjdk.jmh.Main -prof gc -f 1 \
		-rf csv -rff "$results/jmh-$name.csv" "$@" >"target/jmh-$name.log" 2>&1 ||
		{ tail -30 "target/jmh-$name.log"; exit 1; }
}

{
	date -u '+%Y-%m-%d %H:%M UTC'
	echo "cores: $(nproc), memory: $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1024 / 1024 }' /proc/meminfo)"
	java -version 2>&1 | tail -1
	echo "load before: $(cut -d ' ' -f 1-3 /proc/loadavg)"
} >"$results/machine.txt"

short='-wi 3 -w 400ms -i 10 -r 400ms'
jmh 1 $short -e Cold
# A request runs through so much code that it takes longer to be compiled.
jmh cold Cold -wi 12 -w 1s -i 12 -r 1s
# Two figures so close to each other need more of them.
jmh tool 'Tool.*(guarded|plain)' -wi 5 -w 500ms -i 25 -r 500ms -p observed=NOT,BY_SPRING_AI
several='MethodGuard.*(requires|pre)|Tool|Token|Offer'
for threads in 2 4 8; do
	jmh "$threads" $short "$several" -t "$threads" -p observed=BY_SPRING_AI -p tools=50 -p audiencesAndUsers=1x1000
done

java -cp 'target/classes:target/lib/*' dev.lumoauth.benchmarks.Report "$results"/jmh-*.csv >"$results/table.md"
java -cp 'target/classes:target/lib/*' dev.lumoauth.benchmarks.journey.JourneyHarness >"$results/journey.md"
./start.sh 20 >/dev/null
java -cp 'target/classes:target/lib/*' dev.lumoauth.benchmarks.fleet.FleetSimulation >"$results/fleet.md"
java -cp 'target/classes:target/lib/*' dev.lumoauth.benchmarks.revocation.RevocationHarness \
	../lumoauth-dev-server/target/lumoauth-dev-server.jar >"$results/revocation.md"

echo "load after: $(cut -d ' ' -f 1-3 /proc/loadavg)" >>"$results/machine.txt"
cat "$results"/machine.txt "$results"/*.md
