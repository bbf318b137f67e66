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

import java.util.List;

import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class LumoAuthSanitizingFunctionTests {

	private final LumoAuthSanitizingFunction function = new LumoAuthSanitizingFunction(new MockEnvironment(),
			() -> List.of("pa55word", "another-pa55"));

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.client-secret", "lumoauth.clientSecret", "lumoauth.client_secret",
			"LUMOAUTH_CLIENTSECRET", "LUMOAUTH_CLIENT_SECRET", "AGENT_CLIENT_SECRET",
			"lumoauth.agents.trade.client-secret", "lumoauth.agents[my_agent-2].clientSecret",
			"LUMOAUTH_AGENTS_TRADE_CLIENTSECRET", "LUMOAUTH_AGENTS_TRADE_CLIENT_SECRET",
			"lumoauth.token-store.encryption-key", "LUMOAUTH_TOKENSTORE_ENCRYPTIONKEY" })
	void masksTheSecretByEachOfItsNames(String key) {
		assertThat(value(key, "another")).isEqualTo(SanitizableData.SANITIZED_VALUE);
	}

	@Test
	void masksTheSecretWhereverItOccurs() {
		assertThat(value("sun.java.command", "app.jar --lumoauth.client-secret=pa55word"))
			.isEqualTo(SanitizableData.SANITIZED_VALUE);
		assertThat(value("spring.application.json", "{\"lumoauth\":{\"client-secret\":\"pa55word\"}}"))
			.isEqualTo(SanitizableData.SANITIZED_VALUE);
		assertThat(value("other", "x another-pa55 y")).isEqualTo(SanitizableData.SANITIZED_VALUE);
		assertThat(value("list", List.of("a", "pa55word"))).isEqualTo(SanitizableData.SANITIZED_VALUE);
	}

	@Test
	void leavesEverythingElse() {
		assertThat(value("lumoauth.client-id", "agt_1")).isEqualTo("agt_1");
		assertThat(value("lumoauth.agents.trade.client-id", "agt_t")).isEqualTo("agt_t");
		assertThat(value("my.client-secret", "mine")).isEqualTo("mine");
		assertThat(value("empty", null)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "5ecre", "pin", "77", "7" })
	void masksAShortSecretWhereverItOccurs(String secret) {
		assertThat(value(List.of(secret), "sun.java.command", "app.jar --lumoauth.client-secret=" + secret))
			.isEqualTo(SanitizableData.SANITIZED_VALUE);
		assertThat(value(List.of(secret), "spring.application.json", "{\"client-secret\":\"" + secret + "\"}"))
			.isEqualTo(SanitizableData.SANITIZED_VALUE);
		assertThat(value(List.of(secret), "glued", "x" + secret + "y")).isEqualTo(SanitizableData.SANITIZED_VALUE);
		assertThat(value(List.of(secret), "other", "x")).isEqualTo("x");
	}

	@Test
	void masksByNameOnlyWhenThereIsNoSecret() {
		assertThat(value(List.of(), "a", "b")).isEqualTo("b");
		assertThat(value(List.of(), "lumoauth.client-secret", "b")).isEqualTo(SanitizableData.SANITIZED_VALUE);
	}

	/**
	 * The variable that a placeholder names has a name of its own.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.client-secret", "lumoauth.token-store.encryption-key",
			"lumoauth.events.ssf.authorization-token", "lumoauth.events.webhook.secrets[0]",
			"lumoauth.events.webhook.secrets", "lumoauth.agents.trade.client-secret" })
	void masksWhatAPlaceholderNamesAlsoOfAFeatureThatIsOff(String property) {
		for (boolean enabled : new boolean[] { true, false }) {
			new ApplicationContextRunner()
				.withConfiguration(
						AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthActuatorAutoConfiguration.class))
				.withPropertyValues("lumoauth.enabled=" + enabled, "lumoauth.tenant=acme", "lumoauth.client-id=agt_1",
						"lumoauth.client-secret=another-secret-of-the-agent", "lumoauth.agents.trade.client-id=agt_2",
						"lumoauth.agents.trade.client-secret=another-secret-of-trade",
						"MY_KEY=a-key-that-nobody-may-see", property + "=${MY_KEY}")
				.run((context) -> assertThat(context.getBean(LumoAuthSanitizingFunction.class)
					.apply(new SanitizableData(null, "MY_KEY", "a-key-that-nobody-may-see"))
					.getValue()).isEqualTo(SanitizableData.SANITIZED_VALUE));
		}
	}

	/**
	 * Nobody reads the property of a feature that is off, and the endpoint fails if this
	 * function does.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.client-secret", "lumoauth.token-store.encryption-key",
			"lumoauth.events.ssf.authorization-token", "lumoauth.events.webhook.secrets[0]", "AGENT_CLIENT_SECRET",
			"lumoauth.agents.trade.client-secret" })
	void showsOtherValuesIfAPlaceholderNamesNothing(String property) {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LumoAuthActuatorAutoConfiguration.class))
			.withPropertyValues("lumoauth.enabled=false", property + "=${NOT_SET_ANYWHERE}")
			.run((context) -> assertThat(context.getBean(LumoAuthSanitizingFunction.class)
				.apply(new SanitizableData(null, "other", "x"))
				.getValue()).isEqualTo("x"));
	}

	private static Object value(List<String> secrets, String key, Object value) {
		return new LumoAuthSanitizingFunction(new MockEnvironment(), () -> secrets)
			.apply(new SanitizableData(null, key, value))
			.getValue();
	}

	private Object value(String key, Object value) {
		return this.function.apply(new SanitizableData(null, key, value)).getValue();
	}

}
