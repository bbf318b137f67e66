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

package dev.lumoauth.benchmarks.revocation;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That what is switched off is refused. How fast is not looked at, beyond that it is not
 * the lifetime of an allow.
 */
@Tag("nightly")
class RevocationHarnessIT {

	private static final Path JAR = Path.of("..", "lumoauth-dev-server", "target", "lumoauth-dev-server.jar");

	@Test
	void anEventEndsAnAllowLongBeforeItsLife() throws Exception {
		RevocationHarness.Figures figures = RevocationHarness.measure(JAR, Duration.ofMinutes(15), 1, 5, false);
		assertThat(figures.percentile(1)).isLessThan(10_000);
		assertThat(figures.again()).isZero();
	}

	@Test
	void anAllowEndsWithItsLifeWhenEveryEventIsLost() throws Exception {
		RevocationHarness.Figures figures = RevocationHarness.measure(JAR, Duration.ofSeconds(2), 0, 2, true);
		assertThat(figures.percentile(1)).isLessThan(2_500);
		assertThat(figures.again()).isZero();
	}

}
