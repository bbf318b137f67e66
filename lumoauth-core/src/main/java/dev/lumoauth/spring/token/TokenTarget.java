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

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * The target of an exchanged token (RFC 8693 section 2.1, RFC 8707 section 2). Each part
 * is sent unchanged.
 *
 * @param audience the server's id, or {@code null} to send no {@code audience}
 * @param resource the server's registered address, or {@code null} to send no
 * {@code resource}
 * @param scopes the scopes to request; empty = those that LumoAuth chooses
 * @param bound whether the token has to be bound to the agent's key (RFC 9449), even if
 * {@code lumoauth.dpop.enabled} does not demand that for all tokens
 * @since 0.1.0
 */
public record TokenTarget(@Nullable String audience, @Nullable String resource, Set<String> scopes, boolean bound) {

	public TokenTarget {
		Assert.isTrue(StringUtils.hasText(audience) || StringUtils.hasText(resource),
				"A token's target needs an audience or a resource");
		scopes = Set.copyOf(scopes);
	}

	/**
	 * Create a target whose token does not have to be bound.
	 * @param audience the server's id, or {@code null} to send no {@code audience}
	 * @param resource the server's registered address, or {@code null} to send no
	 * {@code resource}
	 * @param scopes the scopes to request; empty = those that LumoAuth chooses
	 */
	public TokenTarget(@Nullable String audience, @Nullable String resource, Set<String> scopes) {
		this(audience, resource, scopes, false);
	}

	/**
	 * Return the same target with other scopes.
	 * @param scopes the scopes to request
	 * @return the target
	 */
	public TokenTarget withScopes(Set<String> scopes) {
		return new TokenTarget(this.audience, this.resource, scopes, this.bound);
	}

	/**
	 * Return an audience's name for a message, which a model may read: without an
	 * address.
	 * @param audience the server's id or its address
	 * @return such as {@code the audience 'urn:mcp:financial-data'}
	 */
	public static String label(String audience) {
		return audience.matches("(?is)https?://.*") ? "the audience that is an address"
				: "the audience '" + audience + "'";
	}

}
