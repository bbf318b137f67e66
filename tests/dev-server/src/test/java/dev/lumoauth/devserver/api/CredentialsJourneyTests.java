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

package dev.lumoauth.devserver.api;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.devserver.ServerTests;
import dev.lumoauth.devserver.TestKeys;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.LumoAuthTokensBuilder;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.key.SigningKey;
import dev.lumoauth.spring.workload.WorkloadCredentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The library's ways to prove who the agent is, at this server.
 */
class CredentialsJourneyTests extends ServerTests {

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void signsAnAssertion(boolean organization) throws Exception {
		SigningKey key = SigningKey.generate();
		admin("PUT", "/jwks", "{\"keys\":[" + key.publicKey().toJSONString() + "]}");
		AgentCredentials credentials = AgentCredentials.privateKeyJwt("agt_changing", key,
				this.client.url() + (organization ? ACME_ORG : ACME), this.clock);
		LumoAuthTokens tokens = builder().build(http("agt_changing", organization), credentials);
		assertThat(subject(tokens.agentToken())).isEqualTo("agt_changing");
		assertThat(subject(tokens.exchange("urn:mcp:open"))).isEqualTo("agt_changing");
	}

	@Test
	void isRefusedWithAnotherKey() {
		AgentCredentials credentials = AgentCredentials.privateKeyJwt("agt_keys", SigningKey.generate(),
				this.client.url() + ACME, this.clock);
		LumoAuthTokens tokens = builder().build(http("agt_keys", false), credentials);
		assertThatExceptionOfType(LumoAuthException.class).isThrownBy(tokens::agentToken)
			.withMessageContaining("invalid_client");
	}

	@ParameterizedTest
	@ValueSource(strings = { "kubernetes", "" })
	void exchangesAPlatformsToken(String subjectIssuer) throws Exception {
		AgentCredentials credentials = WorkloadCredentials.exchange("agt_workload", () -> platform(Map.of()),
				subjectIssuer.isEmpty() ? null : subjectIssuer);
		LumoAuthTokens tokens = builder().build(http("agt_workload", false), credentials);
		assertThat(subject(tokens.agentToken())).isEqualTo("agt_workload");
		assertThat(subject(tokens.exchange("urn:mcp:open"))).isEqualTo("agt_workload");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void attests(boolean organization) throws Exception {
		AgentCredentials credentials = WorkloadCredentials.attestation("agt_workload", () -> platform(Map.of()),
				"agt_workload");
		LumoAuthTokens tokens = builder().build(http("agt_workload", organization), credentials);
		OAuth2AccessToken token = tokens.agentToken();
		assertThat(subject(token)).isEqualTo("agt_workload");
		assertThat(token.getExpiresAt()).isBefore(this.clock.instant().plusSeconds(901));
	}

	@Test
	void isToldWhatThePlatformsTokenSaysWhenItIsRefused() {
		Supplier<String> token = () -> platform(Map.of("sub", "system:serviceaccount:default:other"));
		for (AgentCredentials credentials : List.of(WorkloadCredentials.exchange("agt_workload", token, null),
				WorkloadCredentials.attestation("agt_workload", token, "agt_workload"))) {
			LumoAuthTokens tokens = builder().build(http("agt_workload", false), credentials);
			assertThatExceptionOfType(LumoAuthException.class).isThrownBy(tokens::agentToken)
				.withMessageContaining("system:serviceaccount:default:other");
		}
	}

	@Test
	void sendsAPlatformsTokenAsTheAssertion() throws Exception {
		AgentCredentials credentials = WorkloadCredentials.assertion("agt_workload", () -> platform(Map.of()));
		LumoAuthTokens tokens = builder().build(http("agt_workload", false), credentials);
		assertThat(subject(tokens.agentToken())).isEqualTo("agt_workload");
	}

	private String platform(Map<String, Object> others) {
		Map<String, Object> claims = new HashMap<>(
				Map.of("iss", "https://kubernetes.example", "sub", "system:serviceaccount:default:analyst", "aud",
						"https://lumoauth.example", "exp", Instant.now(this.clock).getEpochSecond() + 60));
		claims.putAll(others);
		return TestKeys.PLATFORMS.sign("RS256", claims);
	}

	private LumoAuthTokensBuilder builder() {
		return LumoAuthTokens.builder().clock(this.clock);
	}

	private LumoAuthHttp http(String agent, boolean organization) {
		URI url = URI.create(this.client.url());
		HttpClient requests = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
		return LumoAuthHttp
			.builder(
					organization ? LumoAuthAddresses.forOrganization(url, "acme-corp")
							: LumoAuthAddresses.forTenant(url, "acme-corp"),
					agent, LumoAuthHttp.requestFactory(requests, Duration.ofSeconds(20)))
			.clock(this.clock)
			.maxWait(Duration.ofSeconds(20))
			.build();
	}

	private static Object subject(OAuth2AccessToken token) throws Exception {
		return SignedJWT.parse(token.getTokenValue()).getJWTClaimsSet().getSubject();
	}

}
