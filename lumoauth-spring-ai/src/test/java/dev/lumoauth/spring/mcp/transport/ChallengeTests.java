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

package dev.lumoauth.spring.mcp.transport;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ChallengeTests {

	@ParameterizedTest
	@ValueSource(ints = { 200, 202, 400, 404, 405, 500 })
	void isNoneForAnyOtherAnswer(int status) {
		assertThat(read(status, List.of("Bearer error=\"insufficient_scope\", scope=\"a\""))).isNull();
	}

	@Test
	void is401WhateverTheHeaderSays() {
		assertIs(read(401, List.of()), Challenge.Kind.UNAUTHORIZED);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\'',
			textBlock = """
					Bearer error="insufficient_scope", scope="mcp:read mcp:write"
					bearer scope="mcp:write  mcp:read",error="insufficient_scope"
					Bearer realm="a, scope=x", error="insufficient_scope" , scope = "mcp:read mcp:write", resource_metadata="https://x"
					Bearer error=insufficient_scope, scope="mcp:read mcp:write"
					Bearer error_description="say \\"scope\\"", error="insufficient_scope", scope="mcp:read mcp:write"
					Basic realm="a, Bearer scope=x", Bearer error="insufficient_scope", scope="mcp:read mcp:write"
					Bearer, Bearer error="invalid_token", scope="x", BEARER error="insufficient_scope", scope="mcp:read mcp:write"
					, Bearer error="insufficient_scope",, scope="mcp:read mcp:write", DPoP algs="ES256", scope="x" ,
					""")
	void readsTheScopesThatWouldDo(String header) {
		assertIs(read(403, List.of("Basic realm=x", header)), Challenge.Kind.INSUFFICIENT_SCOPE, "mcp:read",
				"mcp:write");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
			Bearer
			Bearer error="insufficient_scope"
			Bearer error="insufficient_scope", scope=""
			Bearer error="invalid_token", scope="mcp:read"
			Basic error="insufficient_scope", scope="mcp:read"
			Bearer error="insufficient_scope", scope="mcp:\tread"
			Bearer error="insufficient_scope", scope="mcp:réad"
			Bearer error="insufficient_scope", DPoP scope="mcp:read"
			DPoP error="insufficient_scope", Bearer scope="mcp:read"
			Bearer realm="error=insufficient_scope, scope=mcp:read"
			Bearer error="insufficient_scope", scope="mcp:read", scope="mcp:write"
			Bearer error="invalid_token", error="insufficient_scope", scope="mcp:read"
			Bearer error="insufficient\\_scope", scope="mcp:read"
			Bearer error="insufficient_scope", scope="mcp:\\"read"
			Bearer error="insufficient_scope", scope="mcp:read
			Bearer error="insufficient_scope", scope="mcp:read", x="
			Bearer error="insufficient_scope", scope="mcp:read" x
			Bearerish error="insufficient_scope", scope="mcp:read"
			error="insufficient_scope", scope="mcp:read"
			""")
	void isForbiddenWithoutAScopeThatCouldBeAskedFor(String header) {
		assertIs(read(403, List.of(header)), Challenge.Kind.FORBIDDEN);
	}

	@Test
	void isForbiddenWhereTheServerAsksForTooMuch() {
		String many = "Bearer error=\"insufficient_scope\", scope=\"" + "a".repeat(300) + "\"";
		String longHeader = "Bearer error=\"insufficient_scope\", scope=\"a\", x=\"" + "\\".repeat(20_000) + "\"";
		assertIs(read(403, List.of(many, longHeader)), Challenge.Kind.FORBIDDEN);
	}

	private static void assertIs(@Nullable Challenge challenge, Challenge.Kind kind, String... scopes) {
		assertThat(challenge).isNotNull();
		assertThat(challenge.kind()).isEqualTo(kind);
		assertThat(challenge.scopes()).containsExactlyInAnyOrder(scopes);
	}

	private static @Nullable Challenge read(int status, List<String> authenticate) {
		return Challenge.of(status, (name) -> name.equals("WWW-Authenticate") ? authenticate : List.of());
	}

}
