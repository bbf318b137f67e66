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

package dev.lumoauth.spring;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

import dev.lumoauth.spring.user.TokenNames;
import dev.lumoauth.spring.user.UserToken;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a token holds, it can be read or is opaque.
 */
class HostileTokenTests {

	@Provide
	Arbitrary<String> jwts() {
		Arbitrary<byte[]> headers = Arbitraries.frequencyOf(
				Tuple.of(5, Arbitraries.just("{\"alg\":\"none\"}".getBytes(StandardCharsets.US_ASCII))),
				Tuple.of(1, HostileJson.near("{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":\"JWT\"}")));
		Arbitrary<byte[]> claims = HostileJson.near(
				"{\"sub\":\"user-1\",\"exp\":1900000000,\"act\":{\"sub\":\"agt_a\"}}",
				"{\"sub\":\"user-1\",\"act\":{\"sub\":\"agt_a\",\"act\":{\"sub\":\"agt_b\",\"act\":{\"iss\":\"x\"}}}}",
				"{\"sub\":\"user-1\",\"exp\":1e18,\"act\":[{\"sub\":\"agt_a\"}]}");
		Arbitrary<String> jwts = Combinators.combine(headers, claims, Arbitraries.of(".", "", ".c2ln", ".a.b.c"))
			.as((header, claim, rest) -> base64(header) + "." + base64(claim) + rest);
		return Arbitraries.oneOf(jwts, Arbitraries.strings().ofMaxLength(60));
	}

	private static String base64(byte[] bytes) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

	@Property(seed = HostileJson.SEED)
	void actorsAreThoseThatAreThere(@ForAll("jwts") String token) {
		ActorChain chain = ActorChain.of(token);
		assertThat(chain.actors()).hasSizeLessThanOrEqualTo(16);
		assertThat(chain.toString()).hasSizeLessThan(17 * 1_000)
			.matches((text) -> text.chars().noneMatch((c) -> Character.isISOControl(c) || c == 0x202e));
		Optional<Map<String, Object>> claims = chain.isEmpty() ? Optional.empty() : claims(token);
		if (claims.isPresent()) {
			Object act = claims.get().get("act");
			for (String actor : chain.actors()) {
				assertThat(act).isNotNull();
				Map<?, ?> fields = (act instanceof Map<?, ?> map) ? map : Map.of();
				assertThat(actor).isEqualTo((fields.get("sub") instanceof String name) ? name : "?");
				act = fields.get("act");
			}
		}
	}

	private static Optional<Map<String, Object>> claims(String token) {
		return StrictJson.object(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
	}

	/**
	 * A JWE, which only its recipient can read.
	 */
	@Test
	void anEncryptedTokenIsOpaque() {
		String token = base64("{\"alg\":\"dir\",\"enc\":\"A256GCM\"}".getBytes(StandardCharsets.US_ASCII))
				+ "..aXY.Yw.dGFn";
		assertThat(UserToken.of(token).value()).isEqualTo(token);
		assertThat(TokenNames.of(token)).isEmpty();
		assertThat(TokenNames.ofAgent(token)).isEmpty();
		assertThat(ActorChain.of(token).isEmpty()).isTrue();
	}

	@Property(seed = HostileJson.SEED)
	void aUsersTokenIsTakenAsItIs(@ForAll("jwts") String token) {
		if (!token.isBlank()) {
			UserToken user = UserToken.of(token);
			assertThat(user.value()).isEqualTo(token);
			assertThat(user.toString()).hasSizeLessThan(100);
		}
	}

}
