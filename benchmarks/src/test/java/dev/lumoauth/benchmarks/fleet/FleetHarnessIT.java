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

package dev.lumoauth.benchmarks.fleet;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Real processes that share by a real Redis.
 */
@Tag("nightly")
class FleetHarnessIT {

	private static final Path JAR = Path.of("..", "lumoauth-dev-server", "target", "lumoauth-dev-server.jar");

	@Test
	void aRollingRestartRefusesNoCallAndFetchesNoToken() throws Exception {
		try (ProcessFleet fleet = FleetHarness.restart(JAR, 10, 1, true, false)) {
			assertThat(fleet.words()).containsExactly("\"Found 3 documents\"");
			assertThat(fleet.requests("oauth/token")).hasSize(1 + ReplicaProcess.SERVERS.size());
		}
	}

	@Test
	void fewReplicasAskAboutTheSameCapability() throws Exception {
		try (ProcessFleet fleet = FleetHarness.checks(JAR, 4, Duration.ofMinutes(1), true, false)) {
			assertThat(fleet.words()).containsExactly("allowed");
			// Five capabilities, each at most three times in a minute and a bit.
			assertThat(fleet.requests("authz/")).hasSizeLessThan(4 * 5 * 3);
		}
	}

}
