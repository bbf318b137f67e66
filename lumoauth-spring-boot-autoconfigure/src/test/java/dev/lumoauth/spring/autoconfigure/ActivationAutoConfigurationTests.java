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

package dev.lumoauth.spring.autoconfigure;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

@ExtendWith(OutputCaptureExtension.class)
class ActivationAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class));

	@Test
	void idleApplicationStartsWithoutAnIdentityAndSaysWhyOnce(CapturedOutput output) {
		this.runner.withUserConfiguration(Plain.class).run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(LumoAuthAgent.class);
			assertThat(output.getOut().lines().filter((line) -> line.contains("LumoAuth"))).singleElement()
				.asString()
				.contains("INFO", "LumoAuth is not configured and stays idle. Set lumoauth.tenant or lumoauth.org-id, "
						+ "lumoauth.client-id and lumoauth.client-secret (or the environment variables");
		});
	}

	@Test
	void idleApplicationSaysItWithLazyBeansToo(CapturedOutput output) {
		this.runner.withUserConfiguration(Plain.class)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(output).contains("stays idle"));
	}

	@ParameterizedTest
	@ValueSource(classes = { OnMethod.class, OnClass.class, OnInterface.class, OnMetaAnnotation.class,
			OnInheritedMethod.class, OnBeanMethod.class, OnLazyBean.class, OnPrototypeBean.class })
	void idleApplicationThatRequiresACapabilityDoesNotStart(Class<?> configuration) {
		this.runner.withUserConfiguration(configuration).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(guardFailure(context.getStartupFailure())).satisfies((ex) -> {
				assertThat(ex.getDescription())
					.endsWith("requires the capability read:documents, but LumoAuth is not configured.");
				assertThat(ex.getAction()).contains("lumoauth.client-id", "AGENT_CLIENT_ID", "lumoauth.enabled=false");
			});
		});
	}

	private static GuardConfigurationException guardFailure(Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof GuardConfigurationException)) {
			cause = cause.getCause();
		}
		return (GuardConfigurationException) cause;
	}

	@Test
	void idleApplicationRefusesCodeThatIsNoBean() {
		this.runner.run((context) -> {
			CapabilityDecision decision = context.getBean(CapabilityDecisions.class)
				.decide(CapabilityRequirement.of("read:documents"));
			assertThat(decision.isGranted()).isFalse();
			assertThat(decision.cause()).hasMessageContainingAll("LumoAuth is not configured", "lumoauth.client-id");
		});
	}

	@Test
	void decisionsOfTheApplicationAreEnoughToStart() {
		this.runner.withUserConfiguration(OnMethod.class)
			.withBean(CapabilityDecisions.class, () -> mock(CapabilityDecisions.class))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(CapabilityDecisions.class));
	}

	@Test
	void turnedOffApplicationStartsAndRefusesWhatRequiresACapability(CapturedOutput output) {
		this.runner.withUserConfiguration(OnMethod.class)
			.withPropertyValues("lumoauth.enabled=false", "lumoauth.tenant=acme")
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(LumoAuthAgent.class);
				CapabilityDecision decision = context.getBean(CapabilityDecisions.class)
					.decide(CapabilityRequirement.of("read:documents"));
				assertThat(decision.isGranted()).isFalse();
				assertThat(decision.cause()).hasMessageContaining("lumoauth.enabled=false");
				assertThat(output.getOut().lines().filter((line) -> line.contains("LumoAuth"))).singleElement()
					.asString()
					.contains("WARN", "LumoAuth is turned off by lumoauth.enabled=false: code that requires a "
							+ "capability is refused.");
			});
	}

	@Test
	void turnedOffApplicationIsNotValidated() {
		this.runner.withPropertyValues("lumoauth.enabled=false", "lumoauth.url=nonsense")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Configuration(proxyBeanMethods = false)
	static class Plain {

		@Bean
		StringBuilder text() {
			return new StringBuilder();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OnMethod {

		@RequiresCapability("read:documents")
		void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@RequiresCapability("read:documents")
	static class OnClass {

		void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OnInterface implements Guarded {

		@Override
		public void run() {
		}

	}

	interface Guarded {

		@RequiresCapability("read:documents")
		void run();

	}

	@Configuration(proxyBeanMethods = false)
	static class OnMetaAnnotation {

		@ReadsDocuments
		void run() {
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@RequiresCapability("read:documents")
	@interface ReadsDocuments {

	}

	static class Parent {

		@RequiresCapability("read:documents")
		void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OnInheritedMethod extends Parent {

	}

	@Configuration(proxyBeanMethods = false)
	static class OnBeanMethod {

		@Bean
		@RequiresCapability("read:documents")
		Supplier<String> documents() {
			return () -> "";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OnLazyBean {

		@Bean
		@Lazy
		Tools tools() {
			throw new IllegalStateException("Must not be created");
		}

		static class Tools extends Parent {

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OnPrototypeBean {

		@Bean
		@Scope("prototype")
		Tools tools() {
			throw new IllegalStateException("Must not be created");
		}

		static class Tools {

			@RequiresCapability("read:documents")
			void run() {
			}

		}

	}

}
