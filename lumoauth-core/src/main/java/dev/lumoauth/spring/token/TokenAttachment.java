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
 * Attaches an agent's tokens to requests, whatever client sends them: a bearer token by
 * itself (RFC 6750 section 2.1), one that is bound to the agent's key with a proof for
 * this request and no other (RFC 9449 section 7.1). See
 * {@link LumoAuthTokens#attachment()}.
 *
 * @since 0.1.0
 */
public final class TokenAttachment {

	private final @Nullable DPoPProofs proofs;

	TokenAttachment(@Nullable DPoPProofs proofs) {
		this.proofs = proofs;
	}

	/**
	 * Attach a token to a request. To be called again for each time that a request is
	 * sent: a proof is good once.
	 * @param token the token
	 * @param method the request's method
	 * @param uri where it is sent to, by an absolute address
	 * @param headers sets a header, in place of one with the same name
	 */
	public void attach(OAuth2AccessToken token, String method, URI uri, BiConsumer<String, String> headers) {
		headers.accept(HttpHeaders.AUTHORIZATION, authorization(token));
		if (isBound(token)) {
			headers.accept(DPoPProofs.DPOP, proofs().proof(method, uri, token.getTokenValue()));
		}
	}

	/**
	 * Read what an answer says about proofs, and remember the nonce that it gives for the
	 * next one (RFC 9449 section 9).
	 * @param token the token that was sent
	 * @param uri where it was sent to
	 * @param status the answer's status
	 * @param headers gives the values of its headers, possibly none
	 * @return whether the request was refused only because its proof has not that nonce:
	 * attach the token anew and send the request again, once
	 */
	public boolean isAnotherProofWanted(OAuth2AccessToken token, URI uri, int status,
			Function<String, List<String>> headers) {
		return isBound(token) && proofs().noteNonce(uri, headers) && isNonceRefused(token, status, headers);
	}

	/**
	 * Return whether a request was refused because of the nonce of its proof, which says
	 * nothing against the token.
	 * @param token the token that was sent
	 * @param status the answer's status
	 * @param headers gives the values of its headers, possibly none
	 * @return whether it was
	 */
	public boolean isNonceRefused(OAuth2AccessToken token, int status, Function<String, List<String>> headers) {
		return isBound(token) && DPoPProofs.isNonceWanted(status, headers);
	}

	/**
	 * Return the value of the {@code Authorization} header.
	 * @param token the token
	 * @return the value; of a token that is bound it is worth nothing without a proof
	 */
	public static String authorization(OAuth2AccessToken token) {
		return (isBound(token) ? DPoPProofs.DPOP : "Bearer") + " " + token.getTokenValue();
	}

	private static boolean isBound(OAuth2AccessToken token) {
		return OAuth2AccessToken.TokenType.DPOP.equals(token.getTokenType());
	}

	private DPoPProofs proofs() {
		Assert.state(this.proofs != null,
				"The token is bound to a key that this agent has not: it is no token of this agent's");
		return this.proofs;
	}

}
