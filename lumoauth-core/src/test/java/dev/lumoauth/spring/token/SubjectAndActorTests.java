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

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import org.junit.jupiter.api.Test;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.token.SubjectAndActor.Party;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SubjectAndActor}.
 */
class SubjectAndActorTests {

	private final ManualClock clock = new ManualClock();

	private final List<String> sent = new ArrayList<>();

	private final List<String> discarded = new ArrayList<>();

	@Test
	void onlyTokenIsReplacedWhateverItsAge() {
		SubjectAndActor alone = new SubjectAndActor(party(0, "s1", "s2", "s3"), null, this.clock);
		assertRefused(alone, "invalid_grant");
		assertThat(this.sent).containsExactly("s1", "s2");
		assertThat(this.discarded).containsExactly("s1");
	}

	@Test
	void oldOnesAreReplacedOnceEachTheActorsFirst() {
		SubjectAndActor pair = new SubjectAndActor(party(20, "s1", "s2", "s3"), party(20, "a1", "a2", "a3"),
				this.clock);
		assertRefused(pair, "invalid_grant");
		assertThat(this.sent).containsExactly("s1 a1", "s1 a2", "s2 a2");
	}

	@Test
	void oldOnesAreReplacedOnceEvenIfEachAnswerTakesLong() {
		SubjectAndActor pair = new SubjectAndActor(party(20, "s1", "s2", "s3"), party(20, "a1", "a2", "a3"),
				this.clock);
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> pair.exchange((subject, actor) -> {
			this.clock.advance(Duration.ofSeconds(30));
			this.sent.add(subject.getTokenValue());
			throw new LumoAuthDeniedException("no", "invalid_grant", null);
		}));
		assertThat(this.sent).containsExactly("s1", "s1", "s2");
	}

	@Test
	void whatCameJustNowIsNotTheDeadOneOfTwo() {
		assertRefused(new SubjectAndActor(party(9, "s1", "s2"), party(9, "a1", "a2"), this.clock), "invalid_grant");
		assertThat(this.sent).containsExactly("s1 a1");
		assertThat(this.discarded).isEmpty();
	}

	@Test
	void thatOfAPartyWithNoOtherIsSentOnce() {
		assertRefused(new SubjectAndActor(party(20, "s1", "s1"), party(20, "a1", "a1"), this.clock), "invalid_grant");
		assertThat(this.sent).containsExactly("s1 a1");
	}

	@Test
	void subjectThatStaysIsNotAskedForAgain() {
		SubjectAndActor pair = new SubjectAndActor(Party.of(token("s1", 20)), party(20, "a1", "a2"), this.clock);
		assertRefused(pair, "invalid_grant");
		assertThat(this.sent).containsExactly("s1 a1", "s1 a2");
		assertThat(this.discarded).containsExactly("a1");
	}

	@Test
	void anotherRefusalReplacesNothing() {
		assertRefused(new SubjectAndActor(party(20, "s1", "s2"), null, this.clock), "invalid_target");
		assertThat(this.sent).containsExactly("s1");
	}

	@Test
	void whatIsExchangedAtLastIsReturned() {
		SubjectAndActor alone = new SubjectAndActor(party(20, "s1", "s2"), null, this.clock);
		assertThat(alone.<String>exchange((subject, actor) -> {
			if (subject.getTokenValue().equals("s1")) {
				throw new LumoAuthDeniedException("no", "invalid_grant", null);
			}
			return "exchanged for " + subject.getTokenValue();
		})).isEqualTo("exchanged for s2");
	}

	private void assertRefused(SubjectAndActor tokens, String code) {
		assertThatExceptionOfType(LumoAuthDeniedException.class).isThrownBy(() -> tokens.exchange((subject, actor) -> {
			this.sent.add(subject.getTokenValue() + ((actor != null) ? " " + actor.getTokenValue() : ""));
			throw new LumoAuthDeniedException("no", code, null);
		}));
	}

	private Party party(int ageSeconds, String first, String... others) {
		Queue<OAuth2AccessToken> next = new ArrayDeque<>();
		for (String other : others) {
			next.add(token(other, 0));
		}
		return new Party(token(first, ageSeconds), next::remove, (dead) -> this.discarded.add(dead.getTokenValue()));
	}

	private OAuth2AccessToken token(String value, int ageSeconds) {
		Instant issuedAt = this.clock.instant().minusSeconds(ageSeconds);
		return new OAuth2AccessToken(TokenType.BEARER, value, issuedAt, issuedAt.plusSeconds(600));
	}

}
