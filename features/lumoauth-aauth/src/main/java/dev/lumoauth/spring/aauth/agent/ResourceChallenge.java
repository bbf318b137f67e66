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

import java.util.List;
import java.util.Map;

import org.greenbytes.http.sfv.BooleanItem;
import org.greenbytes.http.sfv.Item;
import org.greenbytes.http.sfv.Parser;
import org.greenbytes.http.sfv.StringItem;
import org.greenbytes.http.sfv.TokenItem;
import org.jspecify.annotations.Nullable;

/**
 * What a resource requires of an agent, according to its {@code Agent-Auth} header:
 * {@code httpsig; auth-token; resource_token="…"; auth_server="…"}. The header is a
 * structured field (RFC 8941 section 3.3).
 *
 * @param resourceToken the resource token
 * @param authServer the issuer of the auth token; {@code null} = the resource doesn't say
 */
record ResourceChallenge(String resourceToken, @Nullable String authServer) {

	/**
	 * Read the header.
	 * @param values its values
	 * @return the challenge; {@code null} if it does not ask for an auth token
	 */
	static @Nullable ResourceChallenge of(List<String> values) {
		if (values.size() != 1) {
			return null;
		}
		try {
			Item<?> item = Parser.parseItem(values.get(0));
			Map<String, Item<? extends Object>> params = item.getParams();
			String resourceToken = text(params.get("resource_token"));
			boolean wanted = item instanceof TokenItem token && token.get().equals("httpsig")
					&& params.get("auth-token") instanceof BooleanItem flag && flag.get();
			boolean readable = !params.containsKey("auth_server") || text(params.get("auth_server")) != null;
			return (wanted && readable && resourceToken != null)
					? new ResourceChallenge(resourceToken, text(params.get("auth_server"))) : null;
		}
		catch (IllegalArgumentException ex) {
			return null; // whose message quotes the header
		}
	}

	private static @Nullable String text(@Nullable Object item) {
		return (item instanceof StringItem text) ? text.get() : null;
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "ResourceChallenge[authServer=" + this.authServer + "]";
	}

}
