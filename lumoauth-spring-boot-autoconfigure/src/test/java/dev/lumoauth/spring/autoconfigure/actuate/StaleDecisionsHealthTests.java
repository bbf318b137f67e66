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

package dev.lumoauth.spring.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LumoAuthActuatorAutoConfiguration} and
 * {@link StaleDecisionsHealthIndicator}.
 */
class StaleDecisionsHealthTests {

	private static final String BRIDGED = "lumoauth.capabilities.stale-if-unavailable=10m";

	private static final CapabilityRequirement READ = CapabilityRequirement.of("read:documents");

	private final ManualClock clock = new ManualClock();

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource().grant("read:documents");

	private final CapabilityDecisions decisions = CapabilityDecisions.builder(this.lumoAuth)
		.allowTtl(Duration.ofSeconds(30))
		.denyTtl(Duration.ofSeconds(5))
		.staleIfUnavailable(Duration.ofMinutes(10))
		.clock(this.clock)
		.build();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, LumoAuthAutoConfiguration.class,
				LumoAuthActuatorAutoConfiguration.class))
		.withBean(CapabilityDecisions.class, () -> this.decisions)
		.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cr3t");

	@Test
	void showsSinceWhenAllowsPastTheirLifetimeAreInUseAndStaysUp() {
		this.runner.withPropertyValues(BRIDGED).run((context) -> {
			StaleDecisionsHealthIndicator indicator = context.getBean("lumoAuthCapabilitiesHealthIndicator",
					StaleDecisionsHealthIndicator.class);
			this.decisions.decide(READ);
			assertThat(health(indicator)).containsEntry("staleIfUnavailable", "PT10M")
				.containsEntry("staleDecisions", Map.of());
			this.lumoAuth.fail(new LumoAuthUnavailableException("down", null, true));
			this.clock.advance(Duration.ofMinutes(1));
			Instant since = this.clock.instant();
			this.decisions.decide(READ);
			this.clock.advance(Duration.ofMinutes(1));
			this.decisions.decide(READ);
			assertThat(health(indicator)).containsEntry("staleDecisions", Map.of("agt_1", Map.of("since",
					since.toString(), "last", since.plus(Duration.ofMinutes(1)).toString(), "decisions", 2L)));
			this.lumoAuth.recover();
			this.decisions.decide(READ);
			assertThat(health(indicator)).containsEntry("staleDecisions", Map.of());
		});
	}

	@Test
	void isNotThereUnlessOutagesAreBridged() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(StaleDecisionsHealthIndicator.class));
	}

	@Test
	void canBeTurnedOff() {
		this.runner.withPropertyValues(BRIDGED, "management.health.lumoauth.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(StaleDecisionsHealthIndicator.class));
	}

	@Test
	void isNotThereWithoutHealth() {
		this.runner.withPropertyValues(BRIDGED)
			.withClassLoader(new FilteredClassLoader(Health.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("lumoAuthCapabilitiesHealthIndicator"));
	}

	private static Map<String, Object> health(StaleDecisionsHealthIndicator indicator) {
		Health health = indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		return health.getDetails();
	}

}
