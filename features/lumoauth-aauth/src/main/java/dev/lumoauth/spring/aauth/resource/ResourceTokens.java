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

package dev.lumoauth.spring.aauth.resource;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;

import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * Resource tokens ({@code resource+jwt}): a service issues them to an agent, so that
 * LumoAuth knows the service and the scopes for which the agent wants an auth token. A
 * resource token is valid for one agent with one key for 300 seconds, and gives no
 * access. Thread-safe.
 *
 * @since 0.1.0
 */
public final class ResourceTokens {

	static final Duration LIFE = Duration.ofMinutes(5);

	private static final String TYPE = "resource+jwt";

	private final String resource;

	private final String issuer;

	private final Supplier<SigningKey> key;

	private final Set<String> scopes;

	private final Clock clock;

	ResourceTokens(String resource, String issuer, Supplier<SigningKey> key, Set<String> scopes, Clock clock) {
		this.resource = resource;
		this.issuer = issuer;
		this.key = key;
		this.scopes = Set.copyOf(scopes);
		this.clock = clock;
	}

	/**
	 * Issue a token.
	 * @param agent the identifier of the agent that has signed the request
	 * @param keyThumbprint the thumbprint of the key that signed the request (RFC 7638)
	 * @param wanted the scopes; those that the service does not have are omitted
	 * @return the token in its compact form
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the key can't be read
	 */
	public String issue(String agent, String keyThumbprint, Set<String> wanted) {
		Instant now = this.clock.instant();
		Set<String> granted = new TreeSet<>(wanted);
		granted.retainAll(this.scopes);
		JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().issuer(this.resource)
			.audience(this.issuer)
			.claim("agent", agent)
			.claim("agent_jkt", keyThumbprint)
			.issueTime(Date.from(now))
			.expirationTime(Date.from(now.plus(LIFE)))
			.jwtID(UUID.randomUUID().toString());
		if (!granted.isEmpty()) {
			claims.claim("scope", String.join(" ", granted));
		}
		return signing().sign(TYPE, Map.of(), claims.build());
	}

	/**
	 * Return the key with which others check the tokens.
	 * @return the public key of the current key
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the key can't be read
	 */
	public JWK publicKey() {
		return MessageSigner.published(signing());
	}

	private SigningKey signing() {
		return MessageSigner.signing(this.key.get());
	}

}
