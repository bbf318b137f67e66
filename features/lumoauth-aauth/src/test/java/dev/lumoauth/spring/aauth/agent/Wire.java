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

package dev.lumoauth.spring.aauth.agent;

import java.net.URI;
import java.net.http.HttpClient;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.matching.RequestPatternBuilder;
import com.nimbusds.jwt.JWTClaimsSet;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;

import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.key.SigningKey;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;

/**
 * An agent between LumoAuth and a resource, both of which are wires.
 */
final class Wire {

	static final String AGENT = "https://agent.example.com";

	static final String ISSUER_PATH = "/orgs/acme-corp/api/v1";

	static final String AGENT_TOKEN = ISSUER_PATH + "/aauth/agent/token";

	static final String CHALLENGE = "/reports";

	final SigningKey others = key();

	final TestClock clock = new TestClock();

	final WireMockExtension lumoAuth;

	final WireMockExtension resource;

	final AAuthAgent agent;

	volatile SigningKey key = key();

	Duration readTimeout = Duration.ofSeconds(5);

	Wire(WireMockExtension lumoAuth, WireMockExtension resource) {
		this.lumoAuth = lumoAuth;
		this.resource = resource;
		this.agent = new AAuthAgent(AGENT, AGENT, () -> this.key, () -> null, this.clock);
	}

	static SigningKey key() {
		try {
			KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
			return MessageSigner.signing(SigningKey.of(pair.getPrivate(), pair.getPublic(), null, null));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	String issuer() {
		return this.lumoAuth.baseUrl() + ISSUER_PATH;
	}

	LumoAuthHttp http() {
		return LumoAuthHttp
			.builder(LumoAuthAddresses.forOrganization(URI.create(this.lumoAuth.baseUrl()), "acme-corp"), AGENT,
					requestFactory())
			.clock(this.clock)
			.maxWait(Duration.ofSeconds(20))
			.pause((duration) -> {
			})
			.build();
	}

	ClientHttpRequestFactory requestFactory() {
		return LumoAuthHttp.requestFactory(HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(Duration.ofSeconds(20))
			.followRedirects(HttpClient.Redirect.NEVER)
			.build(), this.readTimeout);
	}

	AAuthTargets targets(AAuthTarget... targets) {
		LumoAuthHttp http = http();
		return new AAuthTargets(this.agent, AAuthApi.forAgent(http, this.agent), http.endpoints().issuer(),
				List.of(targets), requestFactory());
	}

	AAuthTarget target(String name, @Nullable String redirectUri) {
		URI url = URI.create(this.resource.baseUrl());
		return new AAuthTarget("lumoauth.aauth.targets." + name, this.resource.baseUrl(), url.resolve(CHALLENGE),
				Set.of("read"), (redirectUri != null) ? URI.create(redirectUri) : null);
	}

	/**
	 * A resource token that is good.
	 */
	JWTClaimsSet.Builder resourceClaims() {
		Instant now = this.clock.instant();
		return new JWTClaimsSet.Builder().issuer(this.resource.baseUrl())
			.audience(issuer())
			.claim("agent", AGENT)
			.claim("agent_jkt", this.agent.key().thumbprint())
			.claim("scope", "read")
			.issueTime(Date.from(now))
			.expirationTime(Date.from(now.plusSeconds(300)))
			.jwtID(UUID.randomUUID().toString());
	}

	String resourceToken() {
		return resourceToken(resourceClaims().build());
	}

	String resourceToken(JWTClaimsSet claims) {
		return this.others.sign("resource+jwt", Map.of(), claims);
	}

	String authToken(String id) {
		return authToken(id, this.resource.baseUrl());
	}

	String authToken(String id, String audience) {
		return this.others.sign("auth+jwt", Map.of(),
				new JWTClaimsSet.Builder().issuer(issuer())
					.audience(audience)
					.jwtID(id)
					.expirationTime(Date.from(this.clock.instant().plusSeconds(900)))
					.build());
	}

	String authTokenOf(String subject) {
		return this.others.sign("auth+jwt", Map.of(),
				new JWTClaimsSet.Builder().issuer(issuer())
					.subject(subject)
					.audience(this.resource.baseUrl())
					.jwtID(subject)
					.expirationTime(Date.from(this.clock.instant().plusSeconds(900)))
					.build());
	}

	static ResponseDefinitionBuilder challenge(String resourceToken) {
		return aResponse().withStatus(401)
			.withHeader("Agent-Auth", "httpsig; auth-token; resource_token=\"" + resourceToken + "\"");
	}

	void challenges() {
		this.resource.stubFor(get(urlPathEqualTo(CHALLENGE)).willReturn(challenge(resourceToken())));
	}

	static MappingBuilder asked(String requestType) {
		return post(urlPathEqualTo(AGENT_TOKEN))
			.withRequestBody(matchingJsonPath("$[?(@.request_type == '" + requestType + "')]"));
	}

	static RequestPatternBuilder asks(String requestType) {
		return postRequestedFor(urlPathEqualTo(AGENT_TOKEN))
			.withRequestBody(matchingJsonPath("$[?(@.request_type == '" + requestType + "')]"));
	}

	static ResponseDefinitionBuilder token(String authToken, @Nullable String refreshToken) {
		return okJson("{\"auth_token\":\"" + authToken + "\",\"expires_in\":900,\"token_type\":\"auth+jwt\""
				+ ((refreshToken != null) ? ",\"refresh_token\":\"" + refreshToken + "\"" : "") + "}");
	}

	static ResponseDefinitionBuilder refused(int status, String error) {
		return aResponse().withStatus(status)
			.withHeader("Content-Type", "application/json")
			.withBody("{\"error\":\"" + error + "\",\"error_description\":\"No\"}");
	}

	ResponseDefinitionBuilder consent(String requestToken) {
		return consent(requestToken, this.lumoAuth.baseUrl());
	}

	static ResponseDefinitionBuilder consent(String requestToken, String origin) {
		return okJson("{\"request_token\":\"" + requestToken + "\",\"authorization_uri\":\"" + origin
				+ "/orgs/acme-corp/portal/aauth/authorize?request_token=" + requestToken + "\",\"expires_in\":600}");
	}

	/**
	 * A clock that stands until it is moved.
	 */
	static final class TestClock extends Clock {

		private volatile Instant now = Instant.now();

		void advance(Duration duration) {
			this.now = this.now.plus(duration);
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

		@Override
		public Instant instant() {
			return this.now;
		}

	}

}
