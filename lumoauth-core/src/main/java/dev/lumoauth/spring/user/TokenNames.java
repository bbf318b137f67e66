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

package dev.lumoauth.spring.user;

import java.text.ParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.nimbusds.jwt.JWTParser;

/**
 * The names that a token gives those it is about. Nothing is verified: by them something
 * is forgotten, and nothing is allowed.
 *
 * @since 0.1.0
 */
public final class TokenNames {

	private static final List<String> CLAIMS = List.of("sub", "email", "preferred_username");

	private static final List<String> OF_AGENTS = List.of("sub", "client_id", "azp", "agent_id", "email");

	private TokenNames() {
	}

	/**
	 * Return the names of a user.
	 * @param token an access token
	 * @return the names; none if it is opaque
	 */
	public static Set<String> of(String token) {
		return names(token, CLAIMS);
	}

	/**
	 * Return the names of an agent.
	 * @param token the agent's own access token
	 * @return the names; none if it is opaque
	 */
	public static Set<String> ofAgent(String token) {
		return names(token, OF_AGENTS);
	}

	private static Set<String> names(String token, List<String> claims) {
		Set<String> names = new HashSet<>();
		try {
			Map<String, Object> all = JWTParser.parse(token).getJWTClaimsSet().getClaims();
			for (String claim : claims) {
				if (all.get(claim) instanceof String name && !name.isBlank()) {
					names.add(name);
				}
			}
		}
		catch (ParseException | RuntimeException ex) {
			return Set.of(); // opaque
		}
		return names;
	}

}
