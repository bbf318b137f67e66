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

package dev.lumoauth.spring.autoconfigure.config;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class ActivationTests {

	private final MockEnvironment environment = new MockEnvironment();

	private final DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();

	@Test
	void isIdleWithNothingSet() {
		assertThat(activation()).isEqualTo(Activation.IDLE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.url", "lumoauth.tenant", "lumoauth.org-id", "lumoauth.client-id",
			"lumoauth.client-secret", "lumoauth.clientId", "LUMOAUTH_URL", "LUMOAUTH_TENANT", "LUMOAUTH_ORG_ID",
			"AGENT_CLIENT_ID", "AGENT_CLIENT_SECRET" })
	void isConfiguredWithAnyPartOfTheConnection(String name) {
		this.environment.setProperty(name, "value");
		assertThat(activation()).isEqualTo(Activation.CONFIGURED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "LUMOAUTH_URL", "LUMOAUTH_TENANT", "LUMOAUTH_ORG_ID", "AGENT_CLIENT_ID",
			"AGENT_CLIENT_SECRET", "LUMOAUTH_CLIENTID", "LUMOAUTH_CLIENT_SECRET" })
	void isConfiguredWithAVariableOfTheEnvironment(String name) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, "value")));
		assertThat(Activation.of(environment, this.beanFactory)).isEqualTo(Activation.CONFIGURED);
	}

	@Test
	void isIdleWithBlanksOnly() {
		this.environment.setProperty("lumoauth.client-id", "${AGENT_ID:}");
		this.environment.setProperty("lumoauth.client-secret", " ");
		assertThat(activation()).isEqualTo(Activation.IDLE);
	}

	@Test
	void isIdleWithPropertiesThatSayNothingOfAConnection() {
		this.environment.setProperty("lumoauth.tools.hide-denied", "false");
		this.environment.setProperty("LUMOAUTH_DEV_CLIENT_SECRET", "value");
		assertThat(activation()).isEqualTo(Activation.IDLE);
	}

	@Test
	void isConfiguredWhenEnabledIsSetToTrueSoThatWhatIsMissingIsReported() {
		this.environment.setProperty("lumoauth.enabled", "true");
		assertThat(activation()).isEqualTo(Activation.CONFIGURED);
	}

	@Test
	void isConfiguredWithConnectionDetailsOfTheApplication() {
		this.beanFactory.registerSingleton("details", mock(LumoAuthConnectionDetails.class));
		assertThat(activation()).isEqualTo(Activation.CONFIGURED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.url", "lumoauth.tenant", "lumoauth.agents.other.client-id", "LUMOAUTH_TENANT" })
	void isNamedOnlyWithAgentsThatHaveANameAndWhatAllShare(String name) {
		this.environment.setProperty("lumoauth.agents.trade.client-id", "agt_t");
		this.environment.setProperty("lumoauth.enabled", "true");
		this.environment.setProperty(name, "value");
		assertThat(activation()).isEqualTo(Activation.NAMED_ONLY);
	}

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.client-id", "lumoauth.client-secret", "AGENT_CLIENT_ID", "AGENT_CLIENT_SECRET" })
	void isConfiguredWithAnyCredentialOfTheAgentWithoutAName(String name) {
		this.environment.setProperty("lumoauth.agents.trade.client-id", "agt_t");
		this.environment.setProperty(name, "value");
		assertThat(activation()).isEqualTo(Activation.CONFIGURED);
	}

	@Test
	void isServerOnlyWithIdentitiesToAcceptAndNoCredentials() {
		this.environment.setProperty(TestIdentities.PROPERTY, "true");
		assertThat(activation()).isEqualTo(Activation.SERVER_ONLY);
		this.environment.setProperty("lumoauth.tenant", "acme");
		assertThat(activation()).isEqualTo(Activation.SERVER_ONLY);
		this.environment.setProperty("AGENT_CLIENT_ID", "agt_1");
		assertThat(activation()).isEqualTo(Activation.CONFIGURED);
	}

	@Test
	void isDisabledWhateverElseIsSet() {
		this.environment.setProperty("lumoauth.enabled", "false");
		this.environment.setProperty("lumoauth.tenant", "acme");
		this.beanFactory.registerSingleton("details", mock(LumoAuthConnectionDetails.class));
		assertThat(activation()).isEqualTo(Activation.DISABLED);
	}

	@Test
	void isFoundOutOnce() {
		this.environment.setProperty("lumoauth.tenant", "acme");
		assertThat(Activation.of(this.environment, this.beanFactory)).isEqualTo(Activation.CONFIGURED);
		this.environment.setProperty("lumoauth.enabled", "false");
		assertThat(Activation.of(this.environment, this.beanFactory)).isEqualTo(Activation.CONFIGURED);
		assertThat(Activation.of(this.environment, new DefaultListableBeanFactory())).isEqualTo(Activation.DISABLED);
	}

	/**
	 * Of a bean factory with the same beans that nobody has asked.
	 */
	private Activation activation() {
		DefaultListableBeanFactory asked = new DefaultListableBeanFactory();
		for (String name : this.beanFactory.getBeanDefinitionNames()) {
			asked.registerBeanDefinition(name, this.beanFactory.getBeanDefinition(name));
		}
		for (String name : this.beanFactory.getSingletonNames()) {
			asked.registerSingleton(name, this.beanFactory.getSingleton(name));
		}
		asked.setParentBeanFactory(this.beanFactory.getParentBeanFactory());
		return Activation.of(this.environment, asked);
	}

}
