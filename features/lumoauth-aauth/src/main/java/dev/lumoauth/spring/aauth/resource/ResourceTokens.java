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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.token.key.CompactToken;
import dev.lumoauth.spring.token.key.InvalidTokenException;
import dev.lumoauth.spring.token.key.SigningKey;
import dev.lumoauth.spring.token.key.VerificationKey;

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

	private final ResourceKeys keys;

	private final Set<String> scopes;

	private final Clock clock;

	ResourceTokens(String resource, String issuer, Supplier<SigningKey> key, Set<String> scopes, Clock clock) {
		this.resource = resource;
		this.issuer = issuer;
		this.keys = new ResourceKeys(key, LIFE, clock);
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
		Set<String> granted = grantable(wanted);
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
		return this.keys.signing().sign(TYPE, Map.of(), claims.build());
	}

	/**
	 * Return the scopes that a token would have.
	 * @param wanted the scopes
	 * @return those of them that the service has, in alphabetical order
	 */
	public Set<String> grantable(Set<String> wanted) {
		Set<String> granted = new TreeSet<>(wanted);
		granted.retainAll(this.scopes);
		return granted;
	}

	/**
	 * Check a presented token.
	 * @param value the token
	 * @param agent the agent that has signed the request with the token
	 * @param keyThumbprint the thumbprint of the key that signed the request
	 * @return the checked token; {@code null} if it is not a token of this service for
	 * that agent and that key, or has expired
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the key can't be read
	 */
	public @Nullable ResourceToken verify(String value, String agent, String keyThumbprint) {
		List<JWK> known = this.keys.publicKeys();
		try {
			CompactToken token = CompactToken.read(value, TYPE);
			long end = token.checkTimes(Math.floorDiv(this.clock.millis(), 1000L), 0);
			boolean own = this.resource.equals(token.claim("iss")) && this.issuer.equals(token.claim("aud"))
					&& agent.equals(token.claim("agent")) && keyThumbprint.equals(token.claim("agent_jkt"))
					&& known.stream().anyMatch((key) -> isSignedBy(token, key));
			return own ? new ResourceToken(agent, keyThumbprint, token.scopes(), token.text("jti"),
					Instant.ofEpochSecond(end)) : null;
		}
		catch (InvalidTokenException ex) {
			return null;
		}
	}

	private static boolean isSignedBy(CompactToken token, JWK key) {
		return key.getKeyID().equals(token.header().getKeyID())
				&& key.getAlgorithm().equals(token.header().getAlgorithm())
				&& token.isSignedBy(VerificationKey.of(key));
	}

	/**
	 * Return the keys with which others check the tokens.
	 * @return the public keys: the current one, and for 300 seconds the previous one
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the key can't be read
	 */
	public List<JWK> publicKeys() {
		return this.keys.publicKeys();
	}

	/**
	 * A checked resource token.
	 *
	 * @param agent the agent's identifier
	 * @param keyThumbprint the thumbprint of the agent's key
	 * @param scopes the scopes for which an auth token is wanted
	 * @param tokenId the token's {@code jti}
	 * @param expiresAt when it expires
	 */
	public record ResourceToken(String agent, String keyThumbprint, Set<String> scopes, String tokenId,
			Instant expiresAt) {

		public ResourceToken {
			scopes = Set.copyOf(scopes);
		}

	}

}
