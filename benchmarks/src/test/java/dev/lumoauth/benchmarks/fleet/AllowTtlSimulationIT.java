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

import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("nightly")
class AllowTtlSimulationIT {

	@Test
	void aLongerLifeSavesRequestsAndCostsTimeOnlyWhenAnEventIsLost() {
		Duration ttl = Duration.ofMinutes(15);
		AllowTtlSimulation today = new AllowTtlSimulation(Duration.ofSeconds(30), false, false).run();
		AllowTtlSimulation arrived = new AllowTtlSimulation(ttl, true, false).run();
		AllowTtlSimulation lost = new AllowTtlSimulation(ttl, false, false).run();
		assertThat(arrived.total() * 5).isLessThan(today.total());
		assertThat(arrived.longest()).isLessThanOrEqualTo(Duration.ofSeconds(1));
		assertThat(today.longest()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
		assertThat(lost.longest()).isBetween(Duration.ofMinutes(14), ttl);
	}

	@Test
	void aSharedAllowLivesNoLongerThanOneOfTheReplicasOwn() {
		Duration ttl = Duration.ofSeconds(30);
		AllowTtlSimulation alone = new AllowTtlSimulation(ttl, false, false).run();
		AllowTtlSimulation shared = new AllowTtlSimulation(ttl, false, true).run();
		assertThat(shared.total() * 20).isLessThan(alone.total());
		assertThat(shared.longest()).isBetween(Duration.ofSeconds(1), ttl);
	}

}
