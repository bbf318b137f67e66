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

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ActorChain}.
 */
class ActorChainTests {

	private static final String TWO = jwt("user-1", Map.of("sub", "agt_a", "act", Map.of("sub", "agt_b")));

	@Test
	void readsTheSubjectAndTheActorsTheOutermostFirst() {
		ActorChain chain = ActorChain.of(TWO);
		assertThat(chain.subject()).isEqualTo("user-1");
		assertThat(chain.actors()).containsExactly("agt_a", "agt_b");
		assertThat(ActorChain.of(new OAuth2AccessToken(TokenType.BEARER, TWO, null, null))).isEqualTo(chain);
		assertThat(ActorChain.of(new OAuth2AccessToken(TokenType.BEARER, TWO, null, null)).in(ActorOrder.RFC8693))
			.isEqualTo(ActorChain.of(TWO).in(ActorOrder.RFC8693))
			.isNotEqualTo(chain);
	}

	@Test
	void promisesNoOrderUntilItIsTold() {
		ActorChain chain = ActorChain.of(TWO);
		assertThat(chain.order()).isEqualTo(ActorOrder.UNKNOWN);
		assertThat(chain.currentActor()).isNull();
		assertThat(chain).hasToString("user-1 <- agt_a <?> agt_b");
	}

	@ParameterizedTest
	@CsvSource({ "RFC8693, agt_a, user-1 <- agt_a <- agt_b", "FIRST_OUTERMOST, agt_b, user-1 <- agt_b <- agt_a" })
	void saysWhoActsNowInAnOrderThatIsKnown(ActorOrder order, String current, String text) {
		ActorChain chain = ActorChain.of(TWO).in(order);
		assertThat(chain.currentActor()).isEqualTo(current);
		assertThat(chain.actors()).as("as they are nested").containsExactly("agt_a", "agt_b");
		assertThat(chain).hasToString(text);
	}

	@ParameterizedTest
	@EnumSource
	void theOnlyActorIsTheCurrentOne(ActorOrder order) {
		ActorChain chain = ActorChain.of(jwt("u", Map.of("sub", "agt_a"))).in(order);
		assertThat(chain.currentActor()).isEqualTo("agt_a");
		assertThat(chain).hasToString("u <- agt_a");
		assertThat(ActorChain.of(jwt("agt_a", null)).in(order).currentActor()).isNull();
		assertThat(ActorChain.of("opaque").in(order).currentActor()).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void anActorWithoutANameIsNobody(ActorOrder order) {
		assertThat(ActorChain.of(jwt("u", Map.of("iss", "x"))).in(order).currentActor()).isNull();
		assertThat(ActorChain.of(jwt("u", Map.of("sub", "?"))).in(order).currentActor()).isNull();
		Map<String, Object> both = Map.of("iss", "x", "act", Map.of("iss", "x"));
		assertThat(ActorChain.of(jwt("u", both)).in(order).currentActor()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"agt_b\"", "[]", "7", "true", "[{\"sub\":\"agt_b\"}]" })
	void anActorBesideOneThatCannotBeReadIsNotTheOnlyOne(String other) {
		String token = plain("{\"sub\":\"u\",\"act\":{\"sub\":\"agt_a\",\"act\":" + other + "}}");
		assertThat(ActorChain.of(token)).hasToString("u <- agt_a <?> ?");
		assertThat(ActorChain.of(token).currentActor()).isNull();
		assertThat(ActorChain.of(token).in(ActorOrder.RFC8693).currentActor()).isEqualTo("agt_a");
		assertThat(ActorChain.of(token).in(ActorOrder.FIRST_OUTERMOST).currentActor()).isNull();
	}

	@Test
	void theEndOfAChainThatIsCutIsNotKnown() {
		Map<String, Object> act = Map.of("sub", "a0");
		for (int i = 1; i < 20; i++) {
			act = Map.of("sub", "a" + i, "act", act);
		}
		assertThat(ActorChain.of(jwt("u", act)).in(ActorOrder.RFC8693).currentActor()).isEqualTo("a19");
		ActorChain cut = ActorChain.of(jwt("u", act)).in(ActorOrder.FIRST_OUTERMOST);
		assertThat(cut.currentActor()).isNull();
		assertThat(cut.toString()).startsWith("u <- a19 <?> a18 <?> ");
	}

	@Test
	void tokenWithoutActorsSpeaksForItsSubject() {
		ActorChain chain = ActorChain.of(jwt("agt_a", null));
		assertThat(chain.actors()).isEmpty();
		assertThat(chain.isEmpty()).isFalse();
		assertThat(chain).hasToString("agt_a");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "opaque", "a.b", "a.b.c", "a.b.c.d.e", "....", "{}", "\u0000" })
	void tokenThatCannotBeReadHasAnEmptyChain(String token) {
		assertThat(ActorChain.of(token).isEmpty()).isTrue();
		assertThat(ActorChain.of(token)).hasToString("?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"sub\":7}", "{\"sub\":\"u\",\"act\":\"x\"}", "{\"act\":[]}", "[]", "null", "{\"sub\":",
			"{\"sub\":\"u\",\"act\":null}" })
	void claimsOfTheWrongTypeAreNoActors(String claims) {
		assertThat(ActorChain.of(plain(claims)).actors()).isEmpty();
	}

	@Test
	void actorWithoutANameCountsAll() {
		assertThat(ActorChain.of(jwt("u", Map.of("iss", "x", "act", Map.of("sub", "agt_b")))).actors())
			.containsExactly("?", "agt_b");
	}

	@Test
	void readsSixteenActorsAtMost() {
		String claims = "{\"act\":{\"sub\":\"a\",".repeat(200) + "\"x\":1" + "}".repeat(400);
		assertThat(ActorChain.of(plain(claims)).actors()).hasSizeLessThanOrEqualTo(16);
		Map<String, Object> act = Map.of("sub", "last");
		for (int i = 0; i < 20; i++) {
			act = Map.of("sub", "a" + i, "act", act);
		}
		assertThat(ActorChain.of(jwt("u", act)).actors()).hasSize(16).startsWith("a19").doesNotContain("last");
	}

	@Test
	void tokenThatIsTooLargeOrTooDeepIsNotRead() {
		assertThat(ActorChain.of(jwt("u".repeat(13_000), null)).isEmpty()).isTrue();
		String deep = "{\"act\":".repeat(1_700) + "{}" + "}".repeat(1_700);
		assertThat(plain(deep)).hasSizeGreaterThan(12_000);
		assertThat(ActorChain.of(plain(deep)).actors()).hasSizeLessThanOrEqualTo(16);
	}

	@Test
	void forgesNeitherALineNorALink() {
		ActorChain chain = new ActorChain("u\r\nINFO \u001b[31m\u2028\u202e", List.of("a <- b", "c\\n <?> d"),
				ActorOrder.UNKNOWN);
		assertThat(chain).hasToString(
				"u\\u000d\\u000aINFO \\u001b[31m\\u2028\\u202e <- a \\u003c- b <?> c\\u005cn " + "\\u003c?> d");
		assertThat(chain.subject()).as("as it is").startsWith("u\r\n");
	}

	@Test
	void cutsLongNames() {
		List<String> names = IntStream.range(0, 16).mapToObj((i) -> "x".repeat(1_000)).toList();
		assertThat(new ActorChain("ü", names, ActorOrder.UNKNOWN).toString()).startsWith("ü <- xxx")
			.hasSizeLessThan(17 * 135);
	}

	private static String jwt(String subject, Map<String, ?> act) {
		return new PlainJWT(new JWTClaimsSet.Builder().subject(subject).claim("act", act).build()).serialize();
	}

	private static String plain(String claims) {
		return base64("{\"alg\":\"none\"}") + "." + base64(claims) + ".";
	}

	private static String base64(String json) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes());
	}

}
