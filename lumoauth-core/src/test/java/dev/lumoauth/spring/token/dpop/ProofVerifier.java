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

package dev.lumoauth.spring.token.dpop;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.ParseException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

/**
 * What a server checks of a proof (RFC 9449 section 4.3), in the order of its list.
 */
public final class ProofVerifier {

	/** In seconds. */
	public static final long MAX_AGE = 30;

	private final Set<String> used = ConcurrentHashMap.newKeySet();

	/**
	 * Check a proof.
	 * @param method the method of the request that carries it
	 * @param uri the address of the request
	 * @param token the token that the request carries, or {@code null}
	 * @param jkt to which key the token is bound, or {@code null}
	 * @param nonce the nonce that is wanted, or {@code null}
	 * @param now the time in seconds since 1970
	 * @return what is wrong, or {@code null} if nothing is
	 */
	public @Nullable String problem(@Nullable String proof, String method, URI uri, @Nullable String token,
			@Nullable String jkt, @Nullable String nonce, long now) {
		if (proof == null || proof.contains(",")) {
			return "not one header";
		}
		try {
			SignedJWT jwt = SignedJWT.parse(proof);
			JWTClaimsSet claims = jwt.getJWTClaimsSet();
			JWK key = jwt.getHeader().getJWK();
			if (!"dpop+jwt".equals(String.valueOf(jwt.getHeader().getType()))) {
				return "typ";
			}
			if (!JWSAlgorithm.ES256.equals(jwt.getHeader().getAlgorithm())) {
				return "alg";
			}
			if (key == null || key.isPrivate() || !jwt.verify(new ECDSAVerifier(key.toECKey()))) {
				return "signature";
			}
			if (!method.equals(claims.getStringClaim("htm"))) {
				return "htm";
			}
			if (!(DPoPProofs.origin(uri) + uri.getRawPath()).equals(claims.getStringClaim("htu"))) {
				return "htu";
			}
			if (nonce != null && !nonce.equals(claims.getStringClaim("nonce"))) {
				return "nonce";
			}
			if (Math.abs(now - claims.getIssueTime().getTime() / 1000) > MAX_AGE) {
				return "iat";
			}
			if (token != null && !hash(token).equals(claims.getStringClaim("ath"))) {
				return "ath";
			}
			if (jkt != null && !jkt.equals(key.computeThumbprint().toString())) {
				return "jkt";
			}
			return this.used.add(claims.getJWTID()) ? null : "jti";
		}
		catch (Exception ex) {
			return ex.toString();
		}
	}

	/**
	 * Return the nonce of a proof, or {@code null} if it has none.
	 */
	public static @Nullable String nonce(@Nullable String proof) {
		try {
			return SignedJWT.parse(proof).getJWTClaimsSet().getStringClaim("nonce");
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String hash(String token) throws Exception {
		return Base64URL.encode(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)))
			.toString();
	}

}
