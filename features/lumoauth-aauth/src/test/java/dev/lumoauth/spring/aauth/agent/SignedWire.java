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
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

import dev.lumoauth.spring.aauth.signature.MessageVerifier;
import dev.lumoauth.spring.aauth.signature.ReceivedRequest;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.key.SigningKey;
import dev.lumoauth.spring.aauth.signature.VerificationKey;

/**
 * An agent with AAuth whose LumoAuth is a {@link WireMockExtension}, and LumoAuth's check
 * of what it signed.
 */
public final class SignedWire {

	public static final String API = "/orgs/acme-corp/api/v1";

	public static final String AGENT = "https://agent.example.com";

	public final SigningKey first = ed25519();

	public volatile SigningKey key = this.first;

	public final List<Duration> pauses = new ArrayList<>();

	public final LumoAuthHttp http;

	public final AAuthAgent agent;

	private final String issuer;

	public SignedWire(WireMockExtension lumoAuth) {
		LumoAuthAddresses addresses = LumoAuthAddresses.forOrganization(URI.create(lumoAuth.baseUrl()), "acme-corp");
		this.issuer = addresses.issuer();
		this.http = LumoAuthHttp
			.builder(addresses, "agt_test", LumoAuthHttp.requestFactory(
					HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build(), Duration.ofMinutes(1)))
			.maxWait(Duration.ofSeconds(20))
			.pause(this.pauses::add)
			.build();
		this.agent = new AAuthAgent(AGENT, AGENT, () -> this.key, () -> null, Clock.systemUTC());
	}

	public static SigningKey ed25519() {
		try {
			KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
			SigningKey key = SigningKey.of(pair.getPrivate(), pair.getPublic(), null, null);
			return key.with("EdDSA", key.thumbprint());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Check a request as LumoAuth does: by the key that the agent's token names.
	 * @return what the token says
	 */
	public JWTClaimsSet verify(LoggedRequest request) throws ParseException {
		SignedJWT token = SignedJWT.parse(request.getHeader("Agent-Auth").substring("agent_token=".length()));
		JWTClaimsSet claims = token.getJWTClaimsSet();
		if (!claims.getAudience().equals(List.of(this.issuer)) || !AGENT.equals(claims.getIssuer())
				|| !token.getHeader().getType().getType().equals("agent+jwt")) {
			throw new IllegalStateException("The agent's token is for somebody else");
		}
		verify(request, key(claims));
		return claims;
	}

	/**
	 * Return the key that a token names.
	 */
	public static VerificationKey key(JWTClaimsSet claims) {
		Map<String, Object> jwk = new TreeMap<>();
		((Map<?, ?>) ((Map<?, ?>) claims.getClaim("cnf")).get("jwk"))
			.forEach((name, value) -> jwk.put(String.valueOf(name), value));
		return VerificationKey.of(jwk);
	}

	public static void verify(LoggedRequest request, VerificationKey key) {
		URI uri = URI.create(request.getAbsoluteUrl());
		new MessageVerifier((id, until) -> true, Clock.systemUTC()).verify(new ReceivedRequest(
				request.getMethod().value(), uri.getScheme(), request.getHeader("Host"), uri.getRawPath(),
				uri.getRawQuery(), (name) -> request.containsHeader(name) ? request.header(name).values() : List.of(),
				request.getBody()), key);
	}

}
