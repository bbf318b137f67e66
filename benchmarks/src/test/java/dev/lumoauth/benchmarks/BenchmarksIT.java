/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.benchmarks;

import java.util.Collection;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That each benchmark still runs: one call, in this process. What it took says nothing.
 */
@Tag("nightly")
class BenchmarksIT {

	@Test
	void eachBenchmarkRuns() throws RunnerException {
		Options once = new OptionsBuilder().forks(0)
			.warmupIterations(0)
			.measurementIterations(1)
			.measurementTime(TimeValue.milliseconds(1))
			.param("observed", Observed.BY_METRICS.name())
			.param("tools", "5")
			.param("audiencesAndUsers", "1x1")
			.param("algorithm", "Ed25519")
			.param("body", "1024")
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT)
			.build();
		Collection<RunResult> results = new Runner(once).run();
		assertThat(results).extracting((result) -> result.getParams().getBenchmark())
			.extracting((name) -> name.substring(name.lastIndexOf('.') + 1))
			.contains("requiresCapability", "requiresCapabilityWoven", "preAuthorize", "emptyInterceptor",
					"guardedTool", "plainTool", "allowedCheck", "refusedCheck", "agentToken", "exchangedToken",
					"springSecurity", "guardedOffer", "plainOffer", "observedPlainOffer", "coldCheck", "barePost",
					"sign", "verify", "bareSignature", "bareVerification");
		assertThat(results).allSatisfy((result) -> assertThat(result.getPrimaryResult().getScore()).isPositive());
	}

}
