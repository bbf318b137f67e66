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

package dev.lumoauth.spring.vault;

import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import dev.lumoauth.spring.client.ApiAgent;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Requests that carry a third party's token, by either client.
 */
class ConnectionRequestsTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension github = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension other = WireMockExtension.newInstance().build();

	private UserToken signedIn;

	private LumoAuthConnections connections;

	@BeforeEach
	void agent() {
		ApiAgent agent = new ApiAgent(lumoAuth);
		URI origin = URI.create(github.baseUrl());
		this.connections = LumoAuthConnections.of(
				List.of(new ThirdParty("github", "conn_1", List.of(origin), ActsFor.AGENT),
						new ThirdParty("mine", "conn_2", List.of(origin), ActsFor.USER),
						new ThirdParty("nowhere", "conn_3", List.of(), ActsFor.AGENT)),
				agent.http, agent.agent.tokens(agent.http), () -> (CurrentUser) () -> this.signedIn, Clock.systemUTC(),
				WaitAllowance.DEFAULT_MAX);
		vault("conn_1", "{}", "gho_1");
		Stream.of(github, other).forEach((server) -> server.stubFor(any(anyUrl()).willReturn(okJson("\"ok\""))));
	}

	@ParameterizedTest
	@EnumSource
	void requestsInParallelAllGetTheNewToken(Kind kind) throws Exception {
		github.stubFor(get("/repos").withHeader("Authorization", equalTo("Bearer gho_1"))
			.willReturn(aResponse().withStatus(401).withFixedDelay(500)));
		this.connections.token("github");
		vault("conn_1", "{}", "gho_2");
		ExecutorService threads = Executors.newFixedThreadPool(4);
		List<Future<String>> all = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			all.add(threads.submit(() -> kind.get(this.connections, "github", github.url("/repos"), null)));
		}
		threads.shutdown();
		for (Future<String> each : all) {
			assertThat(each.get()).contains("ok");
		}
	}

	@ParameterizedTest
	@EnumSource
	void carryTheTokenToItsOwnServerOnly(Kind kind) {
		assertThat(kind.get(this.connections, "github", github.url("/repos"), null)).contains("ok");
		github.verify(1, getRequestedFor(urlEqualTo("/repos")).withHeader("Authorization", equalTo("Bearer gho_1")));
		assertThatException().isThrownBy(() -> kind.get(this.connections, "github", other.url("/repos"), null))
			.withStackTraceContaining("connection 'github'")
			.satisfies((ex) -> assertThat(ex.toString()).doesNotContain("gho_1", "localhost"));
		other.verify(0, anyRequestedFor(anyUrl()));
	}

	@ParameterizedTest
	@EnumSource
	void leaveAnAuthorizationAsItIs(Kind kind) {
		kind.get(this.connections, "github", github.url("/repos"), "Bearer own");
		github.verify(1, getRequestedFor(urlEqualTo("/repos")).withHeader("Authorization", equalTo("Bearer own")));
		lumoAuth.verify(0, anyRequestedFor(anyUrl()));
	}

	@ParameterizedTest
	@EnumSource
	void areSentOnceMoreWithAnotherToken(Kind kind) {
		github.stubFor(get("/repos").withHeader("Authorization", equalTo("Bearer gho_1"))
			.willReturn(aResponse().withStatus(401)));
		this.connections.token("github");
		vault("conn_1", "{}", "gho_2");
		assertThat(kind.get(this.connections, "github", github.url("/repos"), null)).contains("ok");
		github.verify(1, getRequestedFor(urlEqualTo("/repos")).withHeader("Authorization", equalTo("Bearer gho_2")));
	}

	@ParameterizedTest
	@EnumSource
	void carryTheTokenOfTheUserWhoWritesThem(Kind kind) {
		for (String user : List.of("alice", "bob")) {
			lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("subject_token=" + user + "&"))
				.willReturn(okJson("{\"access_token\":\""
						+ new PlainJWT(new JWTClaimsSet.Builder().subject(user).build()).serialize()
						+ "\",\"token_type\":\"Bearer\",\"expires_in\":3600}")));
			vault("conn_2", "{\"user_id\":\"" + user + "\"}", "gho_" + user);
		}
		this.signedIn = UserToken.of("alice");
		kind.get(this.connections, "mine", github.url("/alice"), null);
		UserScope.call(UserToken.of("bob"), () -> kind.get(this.connections, "mine", github.url("/bob"), null));
		for (String user : List.of("alice", "bob")) {
			github.verify(1,
					getRequestedFor(urlEqualTo("/" + user)).withHeader("Authorization", equalTo("Bearer gho_" + user)));
		}
		this.signedIn = null;
		assertThatException().isThrownBy(() -> kind.get(this.connections, "mine", github.url("/nobody"), null));
		github.verify(0, getRequestedFor(urlEqualTo("/nobody")));
	}

	@Test
	void areNotMadeWhereNothingSaysWhereTheTokenMayGo() {
		assertThatIllegalStateException().isThrownBy(() -> this.connections.interceptor("nowhere"))
			.withMessageContaining("lumoauth.connections.nowhere.origins");
	}

	private static void vault(String connection, String body, String token) {
		lumoAuth.stubFor(post(ApiAgent.API + "/agents/me/connections/" + connection + "/token")
			.withRequestBody(equalToJson(body))
			.willReturn(okJson("{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\"}")));
	}

	enum Kind {

		REST {

			@Override
			String get(LumoAuthConnections connections, String name, String url, String authorization) {
				return RestClient.builder()
					.requestInterceptor(connections.interceptor(name))
					.build()
					.get()
					.uri(url)
					.headers((headers) -> {
						if (authorization != null) {
							headers.set("Authorization", authorization);
						}
					})
					.retrieve()
					.body(String.class);
			}

		},

		WEB {

			@Override
			String get(LumoAuthConnections connections, String name, String url, String authorization) {
				return WebClient.builder().apply(connections.filter(name)).build().get().uri(url).headers((headers) -> {
					if (authorization != null) {
						headers.set("Authorization", authorization);
					}
				}).retrieve().bodyToMono(String.class).block();
			}

		};

		abstract String get(LumoAuthConnections connections, String name, String url, String authorization);

	}

}
