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

package dev.lumoauth.spring.token;

import java.net.URI;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.Assert;

import dev.lumoauth.spring.token.dpop.DPoPProofs;

/**
 * Attaches an agent's tokens to requests of any client: a bearer token alone (RFC 6750
 * section 2.1), a token that is bound to the agent's key together with a proof for this
 * request only (RFC 9449 section 7.1). See {@link LumoAuthTokens#attachment()}.
 *
 * @since 0.1.0
 */
public final class TokenAttachment {

	/** Attaches bearer tokens. */
	public static final TokenAttachment BEARER = new TokenAttachment(null);

	private final @Nullable DPoPProofs proofs;

	TokenAttachment(@Nullable DPoPProofs proofs) {
		this.proofs = proofs;
	}

	/**
	 * Attach a token to a request. Has to be called each time that a request is sent,
	 * since a proof is valid once.
	 * @param token the token
	 * @param method the request's method
	 * @param uri the absolute address to which the request is sent
	 * @param nonce what {@link #nonceWanted} returned, if the request is sent again for
	 * that reason; {@code null} for the nonce that the server gave last
	 * @param headers sets a header, replacing one with the same name
	 */
	public void attach(OAuth2AccessToken token, String method, URI uri, @Nullable String nonce,
			BiConsumer<String, String> headers) {
		headers.accept(HttpHeaders.AUTHORIZATION, authorization(token));
		if (isBound(token)) {
			headers.accept(DPoPProofs.DPOP, proofs().proof(method, uri, token.getTokenValue(), nonce));
		}
	}

	/**
	 * Read what an answer says about proofs, and remember its nonce for the next proof
	 * (RFC 9449 section 9).
	 * @param token the token that was sent
	 * @param uri the address to which the request was sent
	 * @param status the answer's status
	 * @param headers returns the values of the answer's headers, possibly none
	 * @return the nonce, if the request was refused only because its proof lacks that
	 * nonce: attach the token again with the nonce and send the request again, once.
	 * Otherwise {@code null}
	 */
	public @Nullable String nonceWanted(OAuth2AccessToken token, URI uri, int status,
			Function<String, List<String>> headers) {
		String nonce = isBound(token) ? proofs().noteNonce(uri, headers) : null;
		return (nonce != null && isNonceRefused(token, status, headers)) ? nonce : null;
	}

	/**
	 * Return whether a request was refused because of the nonce of its proof, which does
	 * not mean that the token is invalid.
	 * @param token the token that was sent
	 * @param status the answer's status
	 * @param headers returns the values of the answer's headers, possibly none
	 * @return whether the nonce was the reason
	 */
	public boolean isNonceRefused(OAuth2AccessToken token, int status, Function<String, List<String>> headers) {
		return isBound(token) && DPoPProofs.isNonceWanted(status, headers);
	}

	/**
	 * Return the value of the {@code Authorization} header.
	 * @param token the token
	 * @return the value; for a bound token it is not accepted without a proof
	 */
	public static String authorization(OAuth2AccessToken token) {
		return (isBound(token) ? DPoPProofs.DPOP : "Bearer") + " " + token.getTokenValue();
	}

	private static boolean isBound(OAuth2AccessToken token) {
		return OAuth2AccessToken.TokenType.DPOP.equals(token.getTokenType());
	}

	private DPoPProofs proofs() {
		Assert.state(this.proofs != null,
				"The token is bound to a key that this agent does not have: it is not a token of this agent");
		return this.proofs;
	}

}
