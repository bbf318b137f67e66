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

package dev.lumoauth.spring.connection;

import java.text.ParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.nimbusds.jwt.JWTParser;
import org.jspecify.annotations.Nullable;

/**
 * Who a token that LumoAuth has issued or taken is about. Not verified here.
 *
 * @param id the token's {@code sub}; {@code null} for an opaque token
 * @param names by which names events may call that user
 */
record UserClaims(@Nullable String id, Set<String> names) {

	static UserClaims of(String token) {
		try {
			Map<String, Object> claims = JWTParser.parse(token).getJWTClaimsSet().getClaims();
			Set<String> names = new LinkedHashSet<>();
			for (String name : List.of("sub", "email", "preferred_username")) {
				if (claims.get(name) instanceof String text && !text.isBlank()) {
					names.add(text);
				}
			}
			return new UserClaims((claims.get("sub") instanceof String id && !id.isBlank()) ? id : null, names);
		}
		catch (ParseException | RuntimeException ex) {
			return new UserClaims(null, Set.of()); // opaque
		}
	}

	UserClaims and(UserClaims other) {
		Set<String> all = new LinkedHashSet<>(this.names);
		all.addAll(other.names);
		return new UserClaims((this.id != null) ? this.id : other.id, all);
	}

}
