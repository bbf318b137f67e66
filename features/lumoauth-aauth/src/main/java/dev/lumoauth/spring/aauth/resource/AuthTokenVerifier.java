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

import java.net.URI;
import java.time.Clock;
import java.time.Instant;

import com.nimbusds.jose.jwk.JWK;

import org.springframework.http.client.ClientHttpRequestFactory;

import dev.lumoauth.spring.ActorChain;
import dev.lumoauth.spring.aauth.signature.MessageVerifier;
import dev.lumoauth.spring.token.key.RemoteKeys;
import dev.lumoauth.spring.aauth.signature.VerificationKey;

/**
 * Checks auth tokens ({@code auth+jwt}): that LumoAuth issued them for this service, and
 * that they have not expired. A token of another issuer is refused before anything is
 * fetched. The holder of a token also has to sign with the key to which the token is
 * bound.
 */
record AuthTokenVerifier(String resource, String issuer, RemoteKeys keys, Clock clock) {

	private static final String TYPE = "auth+jwt";

	/**
	 * Return LumoAuth's keys for auth tokens.
	 * @param issuer LumoAuth's issuer
	 * @param requestFactory fetches them
	 */
	static RemoteKeys keys(String issuer, ClientHttpRequestFactory requestFactory) {
		return new RemoteKeys(URI.create(issuer + "/aauth/jwks.json"), "lumoauth.aauth.resource.issuer",
				requestFactory);
	}

	/**
	 * Check a token.
	 * @param value the token
	 * @return the checked token
	 * @throws InvalidTokenException if the token is not accepted
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth's keys are not
	 * available
	 */
	AuthToken verify(String value) {
		CompactToken token = CompactToken.read(value, TYPE);
		if (!this.issuer.equals(token.claim("iss"))) {
			throw new InvalidTokenException("its iss is not " + this.issuer + " (lumoauth.aauth.resource.issuer)");
		}
		if (!this.resource.equals(token.claim("aud"))) {
			throw new InvalidTokenException("its aud is not " + this.resource + " (lumoauth.aauth.resource.resource)");
		}
		long end = token.checkTimes(Math.floorDiv(this.clock.millis(), 1000L), MessageVerifier.TOLERANCE.toSeconds());
		VerificationKey key = ConfirmationKey.of(token.claim("cnf"));
		AAuthPrincipal principal = new AAuthPrincipal(token.optionalText("agent"), token.optionalText("agent_delegate"),
				token.optionalText("sub"), this.issuer, token.scopes(), ActorChain.of(value), token.text("jti"),
				key.thumbprint(), Instant.ofEpochSecond(end));
		if (!token.isSignedBy(keyOf(token))) {
			throw new InvalidTokenException("LumoAuth's key has not signed it");
		}
		return new AuthToken(value, principal, key);
	}

	private VerificationKey keyOf(CompactToken token) {
		String id = token.header().getKeyID();
		JWK key = (id != null && !id.isBlank()) ? this.keys.find(id) : null;
		if (key == null) {
			throw new InvalidTokenException("its kid does not belong to a key of LumoAuth");
		}
		if (key.getAlgorithm() != null && !key.getAlgorithm().equals(token.header().getAlgorithm())) {
			throw new InvalidTokenException("its alg is not that of LumoAuth's key");
		}
		try {
			return VerificationKey.of(key);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidTokenException("LumoAuth's key is of a kind that is not accepted");
		}
	}

	/**
	 * A checked auth token.
	 *
	 * @param value the token
	 * @param principal the caller
	 * @param key which key has to sign the request
	 */
	record AuthToken(String value, AAuthPrincipal principal, VerificationKey key) {

		/**
		 * Without the token.
		 */
		@Override
		public String toString() {
			return "AuthToken[" + this.principal + "]";
		}

	}

}
