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

package dev.lumoauth.spring.aauth.agent;

import java.net.URI;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import dev.lumoauth.spring.http.Origin;

/**
 * The configuration of a resource that the agent calls with signed requests. Nothing that
 * a resource answers changes where requests are sent.
 *
 * @param property the property below which the resource is configured, for messages
 * @param resource the resource's identifier: the {@code iss} of its resource tokens and
 * the {@code aud} of the tokens for it
 * @param url an address of the resource that answers a request without a token with 401
 * and a resource token. Only its origin gets tokens
 * @param scopes the scopes to request; empty = those that the resource chooses
 * @param redirectUri the address to which LumoAuth sends a user back after asking for
 * consent; {@code null} = no user is asked
 * @since 0.1.0
 */
public record AAuthTarget(String property, String resource, URI url, Set<String> scopes, @Nullable URI redirectUri) {

	/**
	 * Create a target.
	 * @throws IllegalArgumentException if an address is neither {@code https} nor on a
	 * loopback host, or the challenge is at another origin than the resource. The message
	 * names the property
	 */
	public AAuthTarget {
		Assert.hasText(resource, () -> property + ".resource must not be blank");
		scopes = Set.copyOf(scopes);
		origin(property + ".url", url);
		if (redirectUri != null) {
			origin(property + ".redirect-uri", redirectUri);
			Assert.isTrue(redirectUri.getRawFragment() == null && !redirectUri.getRawPath().isEmpty(),
					() -> property + ".redirect-uri must have a path and no fragment");
		}
	}

	private static Origin origin(String property, URI address) {
		try {
			Assert.isTrue(address.getRawUserInfo() == null, "It has a user name");
			return Origin.of(address);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(property + " is neither an absolute https address nor an http address "
					+ "of this machine's loopback host, without a user name");
		}
	}

	/**
	 * Return the only origin to which the resource's tokens may be sent.
	 */
	Origin origin() {
		return Origin.of(this.url);
	}

	/**
	 * Without addresses, which may contain a key of the resource.
	 */
	@Override
	public String toString() {
		return "AAuthTarget[" + this.property + "]";
	}

}
