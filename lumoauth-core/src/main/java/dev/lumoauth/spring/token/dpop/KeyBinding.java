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

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Which tokens of an agent are bound to its key (RFC 9449).
 *
 * @param proofs proves that the agent has the key; {@code null} = none are
 * @param always whether all tokens are bound, and not only those whose target demands it
 * @param prefix the prefix of the agent's properties, for messages
 */
public record KeyBinding(@Nullable DPoPProofs proofs, boolean always, String prefix) {

	public static final String DEFAULT_PREFIX = "lumoauth";

	public static final KeyBinding NONE = new KeyBinding(null, false, DEFAULT_PREFIX);

	/**
	 * Return the key to which a token has to be bound.
	 * @param demanded whether its target demands a bound token
	 * @return the thumbprint of the key, or {@code null} for a bearer token
	 */
	public @Nullable String jkt(boolean demanded) {
		if (!this.always && !demanded) {
			return null;
		}
		Assert.state(this.proofs != null, "A token that is bound to a key is asked for, and the agent has no key: "
				+ "give one to LumoAuthTokensBuilder.dpop and LumoAuthHttp.Builder.requestInterceptor");
		return this.proofs.thumbprint();
	}

	/**
	 * Return the property that binds all tokens of the agent.
	 */
	public String property() {
		return this.prefix + ".dpop.enabled";
	}

	/**
	 * Require bearer tokens, because Spring Security's clients send every token as a
	 * bearer token.
	 * @throws IllegalStateException if the agent's tokens are not bearer tokens
	 */
	public void requireBearer() {
		Assert.state(!this.always, () -> property() + " binds the agent's tokens to its key, and Spring Security's "
				+ "OAuth2 client would send them as bearer tokens, without a proof. Use AuthorizationInterceptor, "
				+ "AuthorizationFilterFunction or LumoAuthTokens.attachment, or set " + property() + "=false");
	}

}
