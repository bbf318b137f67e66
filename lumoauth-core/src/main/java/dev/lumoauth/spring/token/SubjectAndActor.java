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

import java.time.Clock;
import java.time.Instant;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2Token;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.token.cache.CachedAccessToken;

/**
 * The tokens that one exchange sends. {@code invalid_grant} says that one of them is
 * invalid, but not which one: each token that may have a valid successor is replaced
 * once. For one thread.
 *
 * @param subject on whose behalf the new token acts
 * @param actor who acts; {@code null} if it is the subject
 * @param clock the clock for the age of tokens
 */
record SubjectAndActor(Party subject, @Nullable Party actor, Clock clock) {

	/**
	 * Exchange the tokens, and exchange them again if one of them has been replaced.
	 * @param exchange sends the subject's token and the actor's
	 */
	<T> T exchange(BiFunction<OAuth2Token, @Nullable OAuth2Token, T> exchange) {
		while (true) {
			try {
				return exchange.apply(this.subject.token, (this.actor != null) ? this.actor.token : null);
			}
			catch (LumoAuthDeniedException ex) {
				if (!ex.getErrorCode().equals("invalid_grant") || !replace()) {
					throw ex;
				}
			}
		}
	}

	/**
	 * Replace a token that may be invalid. A token that was issued just now does not
	 * count as the invalid one of the two: otherwise each user with an invalid token
	 * would cost the agent its own token.
	 */
	private boolean replace() {
		if (this.actor == null) {
			return this.subject.replace();
		}
		return (isOld(this.actor) && this.actor.replace()) || (isOld(this.subject) && this.subject.replace());
	}

	private boolean isOld(Party party) {
		Instant issuedAt = party.token.getIssuedAt();
		return issuedAt == null || !this.clock.instant().isBefore(issuedAt.plus(CachedAccessToken.PROBATION));
	}

	/**
	 * The subject or the actor, with the token that it sends.
	 */
	static final class Party {

		private final Supplier<? extends @Nullable OAuth2Token> source;

		private final Consumer<OAuth2Token> discard;

		private OAuth2Token token;

		private boolean replaced;

		/**
		 * Create a party.
		 * @param token the token that it sends first
		 * @param source supplies its current token
		 * @param discard forgets an invalid token
		 */
		Party(OAuth2Token token, Supplier<? extends @Nullable OAuth2Token> source, Consumer<OAuth2Token> discard) {
			this.token = token;
			this.source = source;
			this.discard = discard;
		}

		/**
		 * Return a party whose token is never replaced: another token could belong to
		 * somebody else.
		 */
		static Party of(OAuth2Token token) {
			return new Party(token, () -> null, (dead) -> {
			});
		}

		private boolean replace() {
			if (this.replaced) {
				return false;
			}
			this.replaced = true;
			this.discard.accept(this.token);
			OAuth2Token other = this.source.get();
			if (other == null || other.getTokenValue().equals(this.token.getTokenValue())) {
				return false;
			}
			this.token = other;
			return true;
		}

	}

}
