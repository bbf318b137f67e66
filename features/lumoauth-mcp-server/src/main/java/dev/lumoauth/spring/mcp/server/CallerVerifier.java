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

package dev.lumoauth.spring.mcp.server;

import java.util.Map;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.BearerTokenErrors;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.DPoPAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.authentication.DPoPAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

/**
 * Verifies a token by Spring Security, with the proof that comes with it (RFC 9449), and
 * returns the caller.
 */
final class CallerVerifier {

	private static final Log logger = LogFactory.getLog(CallerVerifier.class);

	/** RFC 8705 section 3.1. */
	private static final Set<String> CERTIFICATE = Set.of("x5t#S256");

	private final JwtAuthenticationProvider tokens;

	private final DPoPAuthenticationProvider proofs;

	private final boolean proofRequired;

	private final RevokedCallers revoked;

	CallerVerifier(JwtDecoder decoder, boolean proofRequired, RevokedCallers revoked) {
		this.tokens = new JwtAuthenticationProvider(decoder);
		this.proofs = new DPoPAuthenticationProvider(this::verified);
		this.proofRequired = proofRequired;
		this.revoked = revoked;
	}

	/**
	 * Verify a token that was sent without a proof.
	 * @throws org.springframework.security.core.AuthenticationException if it is not
	 * valid, or is valid only with a proof
	 */
	CallerAuthenticationToken bearer(String token) {
		CallerAuthenticationToken caller = caller(verified(new BearerTokenAuthenticationToken(token)));
		if (this.proofRequired || isBound(caller.getToken())) {
			throw invalid("The token has to come with a proof of possession (RFC 9449)");
		}
		return caller;
	}

	/**
	 * Verify a token and the proof that came with it.
	 * @throws org.springframework.security.core.AuthenticationException if the token or
	 * the proof is not valid
	 */
	CallerAuthenticationToken proven(String token, String proof, String method, String address) {
		return caller(this.proofs
			.authenticate(new DPoPAuthenticationToken(token, proof, method, ProofAddress.spelledAsIn(proof, address))));
	}

	/**
	 * Spring Security expects claims of certain types, such as texts as scopes.
	 */
	private Authentication verified(Authentication token) {
		Authentication verified;
		try {
			verified = this.tokens.authenticate(token);
		}
		catch (IllegalArgumentException | ClassCastException ex) {
			logger.debug("A claim of a token has the wrong type", ex);
			throw invalid("A claim of the token has the wrong type");
		}
		if (verified == null) {
			throw invalid("The token can't be verified");
		}
		return verified;
	}

	static OAuth2AuthenticationException invalidProof(String description) {
		return new OAuth2AuthenticationException(new OAuth2Error("invalid_dpop_proof", description, null));
	}

	private CallerAuthenticationToken caller(Authentication verified) {
		if (verified instanceof JwtAuthenticationToken jwt) {
			CallerAuthenticationToken caller = new CallerAuthenticationToken(jwt.getToken(), jwt.getAuthorities());
			if (this.revoked.contains(caller)) {
				throw invalid("The token was revoked");
			}
			return caller;
		}
		throw invalid("The token can't be verified");
	}

	/**
	 * Any binding counts, except a binding to a certificate. The rules for tokens check a
	 * binding to a certificate, and every other binding needs a proof.
	 */
	private static boolean isBound(Jwt token) {
		return token.hasClaim("cnf")
				&& !(token.getClaims().get("cnf") instanceof Map<?, ?> key && key.keySet().equals(CERTIFICATE));
	}

	private static OAuth2AuthenticationException invalid(String description) {
		return new OAuth2AuthenticationException(BearerTokenErrors.invalidToken(description));
	}

}
