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

import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The parameter of a token exchange that names the target
 * ({@code lumoauth.exchange.target-parameter}): LumoAuth's SDKs and its documentation
 * differ.
 *
 * @since 0.1.0
 */
public enum TargetParameter {

	/**
	 * {@code audience}: the server's id (RFC 8693 section 2.1).
	 */
	AUDIENCE,

	/**
	 * {@code resource}: the server's registered address (RFC 8707 section 2).
	 */
	RESOURCE,

	/**
	 * {@code audience}, and {@code resource} too for a target that is an absolute
	 * {@code https} address.
	 */
	BOTH;

	TokenTarget target(String audience) {
		Assert.hasText(audience, "The audience must not be blank");
		Assert.isTrue(!audience.equals(LumoAuthTokens.AGENT),
				() -> "'" + audience + "' names the agent's own token, which is not exchanged for itself");
		return new TokenTarget(audience(audience), resource(audience), Set.of());
	}

	@Nullable String audience(String target) {
		return (this == RESOURCE) ? null : target;
	}

	@Nullable String resource(String target) {
		return switch (this) {
			case AUDIENCE -> null;
			case RESOURCE -> target;
			case BOTH -> target.toLowerCase(Locale.ROOT).startsWith("https://") ? target : null;
		};
	}

}
