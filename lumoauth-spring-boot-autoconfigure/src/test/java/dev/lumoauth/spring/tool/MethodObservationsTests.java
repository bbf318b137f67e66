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

package dev.lumoauth.spring.tool;

import java.time.Duration;
import java.util.function.Consumer;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.RecordedObservations;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardedCallContext;
import dev.lumoauth.spring.guard.observation.DefaultMethodObservationConvention;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.UserRequiredException;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What is observed of guarded methods: each call once, and a call that a guarded tool
 * makes as the tool's.
 */
class MethodObservationsTests {

	private static final String NAME = "lumoauth.method";

	private final RecordedObservations recorded = new RecordedObservations();

	private final FakeDecisions decisions = new FakeDecisions();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class,
				LumoAuthUserAutoConfiguration.class, LumoAuthToolAutoConfiguration.class))
		.withBean(ObservationRegistry.class, this.recorded::registry)
		.withBean(CapabilityDecisions.class, () -> this.decisions)
		.withBean(Documents.class)
		.withPropertyValues("lumoauth.enabled=true");

	@Test
	void tellWhatBecameOfEachCall() {
		with((documents) -> {
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(documents::read);
			this.decisions.grant("read:documents");
			assertThat(documents.read()).isEqualTo("read");
			this.decisions.unavailable();
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(documents::read);
			assertThatExceptionOfType(UserRequiredException.class).isThrownBy(documents::mine);
			assertThat(this.recorded.of(NAME)).containsExactly("deny Documents.read !CapabilityDeniedException",
					"allow Documents.read", "unavailable Documents.read !LumoAuthUnavailableException",
					"no_user Documents.mine !UserRequiredException");
			assertThat(this.recorded.contexts(NAME).get(0).getHighCardinalityKeyValues())
				.containsExactly(KeyValue.of("lumoauth.capabilities", "read:documents"));
			assertThat(this.recorded.contexts(NAME).get(3).getHighCardinalityKeyValues())
				.containsExactly(KeyValue.of("lumoauth.capabilities", "none"));
		});
	}

	@Test
	void aFailureOfTheMethodIsItsOwn() {
		this.decisions.grant("read:documents");
		with((documents) -> {
			assertThatIllegalStateException().isThrownBy(documents::fail);
			assertThat(this.recorded.of(NAME)).containsExactly("allow Documents.fail !IllegalStateException");
		});
	}

	@Test
	void aReactiveMethodIsObservedFromItsSubscriptionToItsEnd() {
		with((documents) -> {
			Mono<String> later = documents.later();
			Flux<String> all = documents.all();
			assertThat(this.recorded.of(NAME)).isEmpty();
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(later::block);
			this.decisions.grant("read:documents");
			assertThat(later.block(Duration.ofSeconds(60))).isEqualTo("later");
			assertThat(all.collectList().block(Duration.ofSeconds(60))).containsExactly("a", "b");
			assertThat(all.blockFirst(Duration.ofSeconds(60))).isEqualTo("a");
			assertThat(this.recorded.of(NAME)).containsExactly("deny Documents.later !CapabilityDeniedException",
					"allow Documents.later", "allow Documents.all", "allow Documents.all");
		});
	}

	@Test
	void codeThatAMethodLeavesForLaterIsNoCallOfItsOwn() {
		this.decisions.grant("read:documents");
		with((documents) -> {
			Mono<?> deferred = (Mono<?>) documents.deferred();
			assertThat(deferred.block(Duration.ofSeconds(60))).isEqualTo("deferred");
			this.decisions.unavailable();
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(deferred::block);
			assertThat(this.recorded.of(NAME)).containsExactly("allow Documents.deferred");
		});
	}

	@Test
	void aCallThatAGuardedToolMakesIsTheTools() {
		this.decisions.grant("read:documents");
		this.runner.run((context) -> {
			Documents documents = context.getBean(Documents.class);
			assertThat(context.getBean(ToolGuard.class).guard(ToolCallbacks.from(documents)[0]).call("{}"))
				.contains("read");
			assertThat(this.recorded.of("lumoauth.tool")).containsExactly("allow read");
			assertThat(this.recorded.of(NAME)).isEmpty();
		});
	}

	@Test
	void aCallWithTwoGuardsIsObservedOnce() {
		this.decisions.grant("read:documents");
		this.runner.withUserConfiguration(Annotated.class).run((context) -> {
			Documents documents = context.getBean("annotated", Documents.class);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(documents::read);
			this.decisions.grant("use:annotated");
			assertThat(documents.read()).isEqualTo("read");
			assertThat(documents.later().block(Duration.ofSeconds(60))).isEqualTo("later");
			assertThat(this.recorded.of(NAME)).containsExactly("deny Documents.read !CapabilityDeniedException",
					"allow Documents.read", "allow Documents.later");
		});
	}

	@Test
	void namesAndTagsCanBeTheApplications() {
		this.decisions.grant("read:documents");
		this.recorded.registry().observationConfig().observationConvention(new DefaultMethodObservationConvention() {

			@Override
			public KeyValues getLowCardinalityKeyValues(GuardedCallContext context) {
				return KeyValues.of("mine", context.getMethod().getName());
			}

		});
		this.runner.run((context) -> {
			context.getBean(Documents.class).read();
			assertThat(this.recorded.of(NAME)).containsExactly("read");
		});
	}

	private void with(Consumer<Documents> test) {
		this.runner.run((context) -> test.accept(context.getBean(Documents.class)));
	}

	@Configuration(proxyBeanMethods = false)
	static class Annotated {

		@Bean
		@RequiresCapability("use:annotated")
		Documents annotated() {
			return new Documents();
		}

	}

	static class Documents {

		@Tool
		@RequiresCapability("read:documents")
		public String read() {
			return "read";
		}

		@RequiresCapability("read:documents")
		void fail() {
			throw new IllegalStateException("own");
		}

		@OnBehalfOfUser
		void mine() {
		}

		@RequiresCapability("read:documents")
		Mono<String> later() {
			return Mono.just("later");
		}

		@RequiresCapability("read:documents")
		Flux<String> all() {
			return Flux.just("a", "b");
		}

		@RequiresCapability("read:documents")
		Object deferred() {
			return Mono.just("deferred");
		}

	}

}
