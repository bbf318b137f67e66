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

import dev.lumoauth.spring.HostileHeaders;
import dev.lumoauth.spring.HostileJson;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever an MCP server says of why it takes no token.
 */
class HostileChallengeTests {

	@Provide
	Arbitrary<String> challenges() {
		Arbitrary<String> parts = Arbitraries
			.oneOf(Arbitraries.of("Bearer ", "bearer", "Basic ", "error=", "scope=", "\"insufficient_scope\"",
					"insufficient_scope", "\"mcp:read mcp:write\"", "mcp:read", ", ", "realm=\"x\"", "\"", "\\", " ",
					"\t", "scope", "=", "\"a scope=b\"", "\"a".repeat(900), "\\\"".repeat(2_000), "a".repeat(7_000)),
					HostileHeaders.values());
		Arbitrary<String> loose = parts.list().ofMaxSize(8).map((all) -> String.join("", all));
		Arbitrary<String> near = Combinators.combine(parts, parts, parts)
			.as((a, b, c) -> "Bearer " + a + "error=\"insufficient_scope\"" + b + ", scope=\"mcp:read" + c + "\"");
		return Arbitraries.oneOf(loose, near);
	}

	@Property(seed = HostileJson.SEED)
	void aScopeIsOneThatIsThere(@ForAll("challenges") String first, @ForAll("challenges") String second) {
		for (int status : List.of(200, 400, 401, 403)) {
			Challenge challenge = read(status, List.of(first, second));
			assertThat(challenge == null).isEqualTo(status == 200 || status == 400);
			if (challenge != null) {
				assertThat(challenge.kind() == Challenge.Kind.UNAUTHORIZED).isEqualTo(status == 401);
				assertThat(challenge.scopes().isEmpty())
					.isEqualTo(challenge.kind() != Challenge.Kind.INSUFFICIENT_SCOPE);
				assertThat(challenge.scopes()).hasSizeLessThanOrEqualTo(32)
					.allSatisfy((scope) -> assertThat(scope).matches("[!#-\\[\\]-~]{1,256}"))
					.allSatisfy((scope) -> assertThat(List.of(first, second))
						.anyMatch((header) -> header.contains(scope) && header.contains("insufficient_scope")));
			}
		}
	}

	private static @Nullable Challenge read(int status, List<String> authenticate) {
		return Challenge.of(status, (name) -> name.equals("WWW-Authenticate") ? authenticate : List.of());
	}

}
