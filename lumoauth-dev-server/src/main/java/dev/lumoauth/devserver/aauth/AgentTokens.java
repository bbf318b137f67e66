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

package dev.lumoauth.devserver.aauth;

import java.text.ParseException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.SignedJWT;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.jose.KeyFinder;
import dev.lumoauth.devserver.jose.MessageSignatures;
import dev.lumoauth.devserver.jose.Signatures;
import dev.lumoauth.devserver.jose.TrustedKeys;
import dev.lumoauth.devserver.oauth.TenantKeys;
import dev.lumoauth.devserver.state.AAuthIdentity;
import dev.lumoauth.devserver.web.CurrentTenant;

/**
 * Verifies tokens of type {@code agent+jwt}: those that an agent has signed, and those
 * that this server has issued for an agent's delegate.
 */
@Component
class AgentTokens {

	static final String TYPE = "agent+jwt";

	private final KeyFinder keys;

	private final TenantKeys ownKeys;

	private final Clock clock;

	AgentTokens(KeyFinder keys, TenantKeys ownKeys, Clock clock) {
		this.keys = keys;
		this.ownKeys = ownKeys;
		this.clock = clock;
	}

	AgentToken verify(String token, Collection<AAuthIdentity> identities, HttpServletRequest request)
			throws InvalidTokenException {
		TokenClaims parsed = TokenClaims.parse(TYPE, token);
		AAuthIdentity identity = identities.stream()
			.filter((candidate) -> candidate.identifier().equals(parsed.claims().getIssuer()))
			.findFirst()
			.orElseThrow(() -> new InvalidTokenException(
					"Its iss is not an identifier that the dev server's configuration file has for this"));
		parsed.checkTimes(this.clock.instant());
		if (!parsed.claims().getAudience().isEmpty() && !parsed.isForUs(request, CurrentTenant.get())) {
			throw new InvalidTokenException("Its aud is not this server's issuer");
		}
		String delegate = parsed.text("sub");
		JWK key = keyOf(parsed);
		if (delegate == null || key == null) {
			throw new InvalidTokenException("It has no sub, or no cnf.jwk that is a public key of Ed25519 or RSA");
		}
		boolean isFirst = identity.awaitsFirstKey() && Signatures.isValid(parsed.jwt(), key);
		if (!isFirst && !isSigned(parsed.jwt(), identity)) {
			throw new InvalidTokenException("It is not signed by one of the keys of " + identity);
		}
		return new AgentToken(identity, delegate, key, isFirst);
	}

	private boolean isSigned(SignedJWT jwt, AAuthIdentity identity) {
		TrustedKeys trusted = identity.keys();
		return (trusted != null && this.keys.find(jwt, trusted) != null)
				|| this.ownKeys.publicKeys().getKeys().stream().anyMatch((key) -> Signatures.isValid(jwt, key));
	}

	private static @Nullable JWK keyOf(TokenClaims parsed) {
		try {
			Map<String, Object> confirmation = parsed.claims().getJSONObjectClaim("cnf");
			return (confirmation != null) ? publicKey(confirmation.get("jwk")) : null;
		}
		catch (ParseException ex) {
			return null;
		}
	}

	/**
	 * Reads a key that signs requests.
	 * @return the key, or {@code null} if it is not one
	 */
	static @Nullable JWK publicKey(@Nullable Object json) {
		if (!(json instanceof Map<?, ?> map)) {
			return null;
		}
		try {
			@SuppressWarnings("unchecked")
			JWK key = JWK.parse((Map<String, Object>) map);
			return (MessageSignatures.algorithmOf(key) != null) ? key : null;
		}
		catch (ParseException ex) {
			return null;
		}
	}

	/**
	 * Finds the agent whose key signed a request without a token.
	 */
	@Nullable AgentToken find(SignedRequest request, Collection<AAuthIdentity> identities) {
		for (AAuthIdentity identity : identities) {
			TrustedKeys trusted = identity.keys();
			List<JWK> candidates = (trusted != null) ? this.keys.keys(trusted, null) : List.of();
			for (JWK key : candidates) {
				if (request.isBy(key)) {
					return new AgentToken(identity, identity.identifier(), key, false);
				}
			}
		}
		return null;
	}

}
