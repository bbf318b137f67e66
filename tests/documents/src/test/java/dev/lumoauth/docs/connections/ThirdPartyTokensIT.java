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

package dev.lumoauth.docs.connections;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.docs.SharedDevServer;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.user.UserToken;
import dev.lumoauth.spring.vault.ConnectionDeniedException;
import dev.lumoauth.spring.vault.ConnectionUnavailableException;
import dev.lumoauth.spring.vault.LumoAuthConnections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The tokens of third parties, and each refusal of LumoAuth's token vault, as the dev
 * server has them.
 */
class ThirdPartyTokensIT {

	private static final ParameterizedTypeReference<Map<String, Object>> JSON = new ParameterizedTypeReference<>() {
	};

	private static RestClient http;

	private static ConfigurableApplicationContext application;

	@BeforeAll
	static void start() {
		http = RestClient.create(SharedDevServer.url());
		Map<String, Object> all = new HashMap<>(SharedDevServer.variables());
		all.put("spring.config.name", "connections");
		all.put("spring.main.banner-mode", "off");
		all.put("lumoauth.read-timeout", "30s");
		all.put("lumoauth.connections.github.connection-id", "github");
		for (String name : List.of("github", "calendar", "unknown")) {
			all.put("lumoauth.connections." + name + ".origins", "https://" + name + ".example.com");
		}
		all.put("lumoauth.connections.calendar.connection-id", "calendar");
		all.put("lumoauth.connections.calendar.acts-for", "user");
		all.put("lumoauth.connections.unknown.connection-id", "nobody-knows-it");
		application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties(all)
			.run("--spring.ai.mcp.client.enabled=false");
	}

	@AfterAll
	static void stop() {
		if (application != null) {
			application.close();
		}
	}

	@Test
	void givesTheAgentsTokenAndThatOfEachUser() {
		LumoAuthConnections connections = application.getBean(LumoAuthConnections.class);
		String own = connections.token("github").getTokenValue();
		String alice = connections.token("calendar", user("alice")).getTokenValue();
		String bob = connections.token("calendar", user("bob")).getTokenValue();
		assertThat(own).isNotEqualTo(alice);
		assertThat(alice).isNotEqualTo(bob);
		assertThat(connections.token("calendar", user("alice")).getTokenValue()).isEqualTo(alice);
	}

	private static UserToken user(String name) {
		return UserToken.of(String.valueOf(http.post()
			.uri("/dev/tenants/acme-corp/users/{user}/token", name)
			.retrieve()
			.body(JSON)
			.get("access_token")));
	}

	@ParameterizedTest
	@CsvSource({ "disabled, connection_disabled", "grant-revoked, grant_revoked", "grant-expired, grant_expired",
			"refresh-failed, refresh_failed" })
	void saysWhyThereIsNoToken(String state, String code) {
		in(state,
				() -> assertThatExceptionOfType(ConnectionDeniedException.class)
					.isThrownBy(() -> application.getBean(LumoAuthConnections.class).token("github"))
					.satisfies((denied) -> assertThat(denied.getErrorCode()).isEqualTo(code)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "provider-unavailable", "refresh-in-progress" })
	void saysThatThereIsNoneForTheTimeBeing(String state) {
		in(state, () -> assertThatExceptionOfType(ConnectionUnavailableException.class)
			.isThrownBy(() -> application.getBean(LumoAuthConnections.class).token("github")));
	}

	@Test
	void saysThatThereWereTooManyRequests() {
		in("rate-limited", () -> assertThatExceptionOfType(LumoAuthRateLimitedException.class)
			.isThrownBy(() -> application.getBean(LumoAuthConnections.class).token("github")));
	}

	@Test
	void saysThatThereIsNoSuchConnection() {
		assertThatExceptionOfType(ConnectionDeniedException.class)
			.isThrownBy(() -> application.getBean(LumoAuthConnections.class).token("unknown"))
			.satisfies((denied) -> assertThat(denied.getErrorCode()).isEqualTo("not_found"));
	}

	private static void in(String state, Runnable check) {
		application.getBean(LumoAuthConnections.class).forget();
		change(state);
		try {
			check.run();
		}
		finally {
			change("active");
		}
	}

	private static void change(String state) {
		http.put()
			.uri("/dev/tenants/acme-corp/connections/github/state")
			.contentType(MediaType.APPLICATION_JSON)
			.body(Map.of("state", state, "times", 0))
			.retrieve()
			.toBodilessEntity();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
