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

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilitySource;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.WebOperation;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LumoAuthActuatorAutoConfiguration}.
 */
class LumoAuthEndpointAutoConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthActuatorAutoConfiguration.class,
						EndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class))
		.withInitializer(
				(context) -> context.getEnvironment().setConversionService(new ApplicationConversionService()));

	private final WebApplicationContextRunner exposed = this.runner.withPropertyValues("lumoauth.tenant=acme",
			"lumoauth.client-id=agt_1", "lumoauth.client-secret=secret-1",
			"management.endpoints.web.exposure.include=lumoauth");

	private final WebApplicationContextRunner withoutActuator = new WebApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthActuatorAutoConfiguration.class))
		.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=secret-1");

	@Test
	void isNotThereUnlessTheApplicationExposesIt() {
		this.runner
			.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=secret-1")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LumoAuthEndpoint.class));
	}

	@Test
	void readsDropsAndRegistersWhereItIsExposed() {
		this.exposed.run((context) -> assertThat(operations(context)).containsOnly(OperationType.READ,
				OperationType.WRITE, OperationType.DELETE));
	}

	@Test
	void dropsNothingWhereItsAccessIsToRead() {
		this.exposed.withPropertyValues("management.endpoint.lumoauth.access=read-only")
			.run((context) -> assertThat(operations(context)).containsOnly(OperationType.READ));
	}

	@Test
	void isNotThereWhereThereIsNoAccess() {
		this.exposed.withPropertyValues("management.endpoint.lumoauth.access=none")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LumoAuthEndpoint.class));
	}

	@Test
	void isNotThereWithoutAnIdentity() {
		this.exposed.withPropertyValues("lumoauth.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LumoAuthEndpoint.class));
	}

	@Test
	void isNotThereWithoutBootsActuator() {
		this.withoutActuator.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("lumoAuthEndpoint"));
	}

	@Test
	void showsTheOtherLayout() {
		this.exposed.withPropertyValues("lumoauth.tenant=", "lumoauth.org-id=acme-org").run((context) -> {
			LumoAuthEndpoint.LumoAuthDescriptor shown = context.getBean(LumoAuthEndpoint.class).lumoAuth();
			assertThat(shown.layout()).isEqualTo("org-id");
			assertThat(shown.orgId()).isEqualTo("acme-org");
			assertThat(shown.tenant()).isNull();
		});
	}

	@Test
	void anAnswerThatIsUnderWayIsNotRememberedAfterDropping() {
		this.exposed.withUserConfiguration(DroppingSource.class).run((context) -> {
			assertThat(context.getBean(LumoAuthAgent.class).hasCapability("read:documents")).isTrue();
			LumoAuthEndpoint endpoint = context.getBean(LumoAuthEndpoint.class);
			assertThat(endpoint.lumoAuth().agents().get(0).capabilities()).isEmpty();
			assertThat(endpoint.dropDecisions(null).dropped()).isZero();
		});
	}

	private static Collection<OperationType> operations(ApplicationContext context) {
		return context.getBean(WebEndpointsSupplier.class)
			.getEndpoints()
			.stream()
			.filter((endpoint) -> endpoint.getEndpointId().toString().equals("lumoauth"))
			.flatMap((endpoint) -> endpoint.getOperations().stream())
			.map(WebOperation::getType)
			.toList();
	}

	/**
	 * Drops what is remembered before it gives its answer.
	 */
	@Configuration(proxyBeanMethods = false)
	static class DroppingSource {

		@Bean
		CapabilitySource capabilitySource(ObjectProvider<LumoAuthEndpoint> endpoint) {
			return (names) -> {
				endpoint.getObject().dropDecisions(null);
				Map<String, Boolean> answers = new HashMap<>();
				names.forEach((name) -> answers.put(name, true));
				return answers;
			};
		}

	}

}
