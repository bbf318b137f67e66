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

import java.time.Duration;

import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;

/**
 * An application on the starter, as its own class path and Boot make it.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableMethodSecurity
public class MeasuredApplication {

	private static final String OBSERVATION = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration";

	/**
	 * Start the application.
	 * @param lumoAuth whom it asks
	 * @param observed what observes it
	 * @param cached for how long a decision counts
	 * @param sources further configuration
	 * @return the application
	 */
	public static ConfigurableApplicationContext start(LoopbackLumoAuth lumoAuth, Observed observed, Duration cached,
			Class<?>... sources) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(MeasuredApplication.class)
			.sources(sources)
			.web(WebApplicationType.NONE)
			.logStartupInfo(false)
			.properties("spring.main.banner-mode=off", "logging.level.root=warn", "lumoauth.url=" + lumoAuth.url(),
					"lumoauth.verify-at-start=off", "lumoauth.tenant=" + LoopbackLumoAuth.TENANT,
					"lumoauth.client-id=agt_benchmark", "lumoauth.client-secret=a-secret",
					"lumoauth.capabilities.cache.allow-ttl=" + cached.toMillis(),
					"lumoauth.capabilities.cache.deny-ttl=" + cached.toMillis(),
					"spring.autoconfigure.exclude=" + ((observed == Observed.NOT) ? OBSERVATION : ""))
			.run();
		if (observed == Observed.BY_METRICS) {
			context.getBean(ObservationRegistry.class)
				.observationConfig()
				.observationHandler(new DefaultMeterObservationHandler(context.getBean(SimpleMeterRegistry.class)));
		}
		return context;
	}

	@Bean
	static SimpleMeterRegistry meterRegistry() {
		return new SimpleMeterRegistry();
	}

}
