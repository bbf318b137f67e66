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

package dev.lumoauth.spring.autoconfigure.tool;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link LumoAuthToolAutoConfiguration}.
 */
class ModelObservationsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class,
				LumoAuthToolAutoConfiguration.class))
		.withBean(ObservationHandler.class, Refusing::new);

	private final ApplicationContextRunner withoutBootsModule = this.runner
		.withClassLoader(new FilteredClassLoader(ObservationAutoConfiguration.class));

	@Test
	void theHandlersSeeWhatIsObserved() {
		this.withoutBootsModule.run((context) -> assertThatIllegalStateException().isThrownBy(
				() -> Observation.createNotStarted("call", context.getBean(ObservationRegistry.class)).start()));
	}

	@Test
	void theHandlersSeeWhatTheApplicationsOwnRegistryObserves() {
		ObservationRegistry own = ObservationRegistry.create();
		this.withoutBootsModule.withBean("own", ObservationRegistry.class, () -> own).run((context) -> {
			assertThat(context).getBean(ObservationRegistry.class).isSameAs(own);
			assertThatIllegalStateException().isThrownBy(() -> Observation.createNotStarted("call", own).start());
		});
	}

	@Test
	void isNotThereWithBootsModule() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(ObservationRegistry.class)
			.doesNotHaveBean(ObservationHandlersPostProcessor.class));
	}

	@Test
	void isNotThereWithoutSpringAi() {
		this.withoutBootsModule
			.withClassLoader(new FilteredClassLoader("org.springframework.ai",
					ObservationAutoConfiguration.class.getPackageName()))
			.run((context) -> assertThat(context).doesNotHaveBean(ObservationRegistry.class));
	}

	private static final class Refusing implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

		@Override
		public void onStart(Observation.Context context) {
			throw new IllegalStateException("refused");
		}

	}

}
