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

import java.time.Duration;
import java.util.Map;

import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties.CapabilitySource;
import dev.lumoauth.spring.guard.tool.OnRefusal;
import dev.lumoauth.spring.budget.OnUnavailable;
import dev.lumoauth.spring.token.TargetParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LumoAuthPropertiesTests {

	@Test
	void bindsEveryProperty() {
		LumoAuthProperties properties = bind(Map.ofEntries(Map.entry("lumoauth.enabled", "false"),
				Map.entry("lumoauth.url", "https://a.example"), Map.entry("lumoauth.tenant", "t"),
				Map.entry("lumoauth.org-id", "o"), Map.entry("lumoauth.client-id", "id"),
				Map.entry("lumoauth.client-secret", "secret"), Map.entry("lumoauth.scopes", "a:b,c:d"),
				Map.entry("lumoauth.connect-timeout", "3s"), Map.entry("lumoauth.read-timeout", "4s"),
				Map.entry("lumoauth.ssl-bundle", "bundle"), Map.entry("lumoauth.client-authentication-method", "none"),
				Map.entry("lumoauth.exchange.target-parameter", "both"),
				Map.entry("lumoauth.capabilities.source", "userinfo"),
				Map.entry("lumoauth.capabilities.stale-if-unavailable", "10m"),
				Map.entry("lumoauth.capabilities.cache.allow-ttl", "1m"),
				Map.entry("lumoauth.capabilities.cache.deny-ttl", "0s"), Map.entry("lumoauth.tools.on-denied", "throw"),
				Map.entry("lumoauth.tools.hide-denied", "false"), Map.entry("lumoauth.budget.enforce", "false"),
				Map.entry("lumoauth.budget.on-unavailable", "refuse")));
		assertThat(properties.enabled()).isFalse();
		assertThat(properties.url()).isEqualTo("https://a.example");
		assertThat(properties.tenant()).isEqualTo("t");
		assertThat(properties.orgId()).isEqualTo("o");
		assertThat(properties.clientId()).isEqualTo("id");
		assertThat(properties.clientSecret()).isEqualTo("secret");
		assertThat(properties.scopes()).containsExactly("a:b", "c:d");
		assertThat(properties.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
		assertThat(properties.readTimeout()).isEqualTo(Duration.ofSeconds(4));
		assertThat(properties.sslBundle()).isEqualTo("bundle");
		assertThat(properties.authentication()).isEqualTo(ClientAuthentication.NONE);
		assertThat(properties.exchange().targetParameter()).isEqualTo(TargetParameter.BOTH);
		assertThat(properties.capabilities().source()).isEqualTo(CapabilitySource.USERINFO);
		assertThat(properties.capabilities().staleIfUnavailable()).isEqualTo(Duration.ofMinutes(10));
		assertThat(properties.capabilities().cache().allowTtl()).isEqualTo(Duration.ofMinutes(1));
		assertThat(properties.capabilities().cache().denyTtl()).isEqualTo(Duration.ZERO);
		assertThat(properties.tools().onDenied()).isEqualTo(OnRefusal.THROW);
		assertThat(properties.tools().hideDenied()).isFalse();
		assertThat(properties.budget().enforce()).isFalse();
		assertThat(properties.budget().onUnavailable()).isEqualTo(OnUnavailable.REFUSE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "client_secret_basic", "client-secret-basic", "CLIENT_SECRET_BASIC" })
	void bindsTheAuthenticationMethodAsTheRfcSpellsIt(String value) {
		assertThat(bind(Map.of("lumoauth.client-authentication-method", value)).authentication())
			.isEqualTo(ClientAuthentication.CLIENT_SECRET_BASIC);
	}

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.capabilities.source", "lumoauth.exchange.target-parameter",
			"lumoauth.tools.on-denied", "lumoauth.budget.on-unavailable" })
	void refusesAValueThatItDoesNotKnow(String name) {
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind(Map.of(name, "everything")))
			.withMessageContaining(name);
	}

	/**
	 * What is in a group that is not set, is the same as where another property of the
	 * group is set.
	 */
	@Test
	void hasTheSameDefaultsWithAndWithoutAnotherPropertyOfTheGroup() {
		LumoAuthProperties without = bind(Map.of());
		assertThat(bind(Map.of("lumoauth.private-key-jwt.key-file", "")).privateKeyJwt())
			.isEqualTo(new LumoAuthAgentProperties.PrivateKeyJwt("", null, null, null));
		assertThat(bind(Map.of("lumoauth.dpop.enabled", "false")).dpop()).isEqualTo(without.dpop());
		assertThat(bind(Map.of("lumoauth.exchange.target-parameter", "audience")).exchange())
			.isEqualTo(without.exchange());
		assertThat(bind(Map.of("lumoauth.capabilities.source", "check")).capabilities())
			.isEqualTo(without.capabilities());
		assertThat(bind(Map.of("lumoauth.capabilities.cache.allow-ttl", "30s")).capabilities())
			.isEqualTo(without.capabilities());
		assertThat(bind(Map.of("lumoauth.capabilities.cache.deny-ttl", "5s")).capabilities())
			.isEqualTo(without.capabilities());
		assertThat(bind(Map.of("lumoauth.tools.on-denied", "tell-model")).tools()).isEqualTo(without.tools());
		assertThat(bind(Map.of("lumoauth.tools.hide-denied", "true")).tools()).isEqualTo(without.tools());
		assertThat(bind(Map.of("lumoauth.budget.enforce", "true")).budget()).isEqualTo(without.budget());
		assertThat(bind(Map.of("lumoauth.budget.on-unavailable", "allow")).budget()).isEqualTo(without.budget());
		assertThat(bind(Map.of("lumoauth.user.issuers", "")).user()).isEqualTo(without.user());
	}

	@Test
	void doesNotShowTheSecret() {
		assertThat(bind(Map.of("lumoauth.client-secret", "pa55word")).toString()).doesNotContain("pa55word");
	}

	private static LumoAuthProperties bind(Map<String, String> values) {
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("lumoauth",
				LumoAuthProperties.class);
	}

}
