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

package dev.lumoauth.devserver.dpop;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.lumoauth.devserver.jose.Signatures;
import dev.lumoauth.devserver.jose.SingleUse;
import dev.lumoauth.devserver.state.DpopNonces;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Verifies DPoP proofs (RFC 9449, section 4.3), at the token endpoint and at resources.
 * Spring Security's decoder supports no nonce, no Ed25519 and no other clock.
 */
@Component
public class DpopProofs {

	static final String HEADER = "DPoP";

	public static final String INVALID = "invalid_dpop_proof";

	public static final String USE_NONCE = "use_dpop_nonce";

	private static final Duration WINDOW = Duration.ofMinutes(1);

	private static final int MAX_LENGTH = 16_384;

	private static final String THUMBPRINT = DpopProofs.class.getName() + ".thumbprint";

	private final SingleUse used;

	private final Clock clock;

	DpopProofs(Clock clock) {
		this.used = new SingleUse(clock);
		this.clock = clock;
	}

	/**
	 * Returns the thumbprint of the key to which the token of this request will be bound.
	 * @return the thumbprint (RFC 7638), or {@code null} if there was no proof
	 */
	public static @Nullable String thumbprintOf(HttpServletRequest request) {
		return (String) request.getAttribute(THUMBPRINT);
	}

	public static void setThumbprint(HttpServletRequest request, String thumbprint) {
		request.setAttribute(THUMBPRINT, thumbprint);
	}

	/**
	 * Verifies the proof of a request.
	 * @param accessToken the token that comes with it, {@code null} at the token endpoint
	 * @return the thumbprint of its key (RFC 7638)
	 */
	public String verify(HttpServletRequest request, HttpServletResponse response, DpopNonces nonces,
			@Nullable String accessToken) throws DpopException {
		List<String> headers = Collections.list(request.getHeaders(HEADER));
		if (headers.size() != 1 || headers.get(0).length() > MAX_LENGTH) {
			throw invalid("There is not exactly one DPoP header");
		}
		SignedJWT proof;
		JWTClaimsSet claims;
		try {
			proof = SignedJWT.parse(headers.get(0));
			claims = proof.getJWTClaimsSet();
		}
		catch (ParseException ex) {
			throw invalid("The proof is not a signed JWT");
		}
		JWK key = keyOf(proof);
		check(claims, request, accessToken);
		Instant issuedAt = issuedAt(claims);
		checkNonce(claims, response, nonces);
		String thumbprint = thumbprint(key);
		String id = claims.getJWTID();
		if (id == null || !this.used.use(thumbprint, id, issuedAt.plus(WINDOW).plusSeconds(1))) {
			throw invalid("jti of the proof is missing, or was already used");
		}
		return thumbprint;
	}

	private static JWK keyOf(SignedJWT proof) throws DpopException {
		JWK key = proof.getHeader().getJWK();
		boolean isProof = proof.getHeader().getType() != null
				&& "dpop+jwt".equalsIgnoreCase(proof.getHeader().getType().getType());
		if (!isProof || key == null || key.isPrivate() || !Signatures.isValid(proof, key)) {
			throw invalid("The proof's typ is not dpop+jwt, or its signature is not valid by the public key in it, with"
					+ " one of " + String.join(" ", Signatures.ALGORITHMS));
		}
		return key;
	}

	private static void check(JWTClaimsSet claims, HttpServletRequest request, @Nullable String accessToken)
			throws DpopException {
		Map<String, Object> all = claims.getClaims();
		if (!request.getMethod().equals(all.get("htm"))) {
			throw invalid("htm of the proof is not the request's method, " + request.getMethod());
		}
		String url = request.getRequestURL().toString();
		if (!(all.get("htu") instanceof String uri) || !DpopUri.isSame(uri, url)) {
			throw invalid("htu of the proof is not the request's URL");
		}
		if (accessToken != null && !hash(accessToken).equals(all.get("ath"))) {
			throw invalid("ath of the proof is not the hash of the access token");
		}
	}

	private Instant issuedAt(JWTClaimsSet claims) throws DpopException {
		Date date = claims.getIssueTime();
		if (date == null || Duration.between(date.toInstant(), this.clock.instant()).abs().compareTo(WINDOW) > 0) {
			throw invalid("iat of the proof is missing, or more than a minute away");
		}
		return date.toInstant();
	}

	private static void checkNonce(JWTClaimsSet claims, HttpServletResponse response, DpopNonces nonces)
			throws DpopException {
		String current = nonces.current();
		if (current != null) {
			response.setHeader(DpopNonces.HEADER, current);
		}
		Object nonce = claims.getClaim("nonce");
		if (!nonces.isAccepted((nonce instanceof String text) ? text : null)) {
			throw new DpopException(USE_NONCE, "The proof needs the nonce of the header " + DpopNonces.HEADER);
		}
	}

	private static String thumbprint(JWK key) throws DpopException {
		try {
			return key.computeThumbprint().toString();
		}
		catch (JOSEException ex) {
			throw invalid("The proof's key has no thumbprint");
		}
	}

	private static String hash(String accessToken) {
		try {
			return Base64URL
				.encode(MessageDigest.getInstance("SHA-256").digest(accessToken.getBytes(StandardCharsets.US_ASCII)))
				.toString();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Java has no SHA-256", ex);
		}
	}

	private static DpopException invalid(String message) {
		return new DpopException(INVALID, message);
	}

}
