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
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2Token;

import dev.lumoauth.spring.token.SubjectAndActor.Party;
import dev.lumoauth.spring.token.cache.IssuedToken;
import dev.lumoauth.spring.token.grant.TokenKey;
import dev.lumoauth.spring.token.cache.TokenSource;

/**
 * A token that is exchanged (RFC 8693): for another server, or for one more agent that
 * acts.
 */
final class ExchangedTokenSource implements TokenSource {

	private final TokenKey key;

	private final @Nullable TokenSubject subject;

	private final LumoAuthTokens agent;

	private final Clock clock;

	/**
	 * Create a request.
	 * @param target for which server; {@code null} = none: with the token this agent is
	 * the subject of another agent, and the chain of actors is kept (RFC 8693 section
	 * 4.1)
	 * @param subject on whose behalf; {@code null} = the agent's own
	 * @param agent the tokens of the agent that asks
	 * @param clock tells whether a right has ended
	 */
	ExchangedTokenSource(@Nullable TokenTarget target, @Nullable TokenSubject subject, LumoAuthTokens agent,
			Clock clock) {
		this.key = TokenKey
			.exchange((subject != null) ? subject.key() : TokenKey.AGENT, (subject != null) ? TokenKey.AGENT : null,
					(target != null) ? target.audience() : null, (target != null) ? target.resource() : null,
					(target != null) ? target.scopes() : Set.of())
			.boundTo(agent.binding().jkt(target != null && target.bound()));
		this.subject = subject;
		this.agent = agent;
		this.clock = clock;
	}

	@Override
	public TokenKey key() {
		return this.key;
	}

	@Override
	public boolean isKnownToAll() {
		return this.subject == null || this.subject.isKnownToAll();
	}

	@Override
	public @Nullable Set<String> subjectNames() {
		return (this.subject != null) ? this.subject.names() : null;
	}

	@Override
	public void check() {
		Instant end = subjectEnd();
		if (end != null && !this.clock.instant().isBefore(end)) {
			throw this.key.denied("the user's token has expired", "invalid_grant");
		}
	}

	@Override
	public IssuedToken get() {
		check(); // once more: a renewal may have waited for its turn
		if (this.subject != null && this.subject.actors() >= TokenSubject.MAX_ACTORS) {
			throw this.key.denied("more than " + TokenSubject.MAX_ACTORS + " agents would act for one another",
					"delegation_depth_exceeded");
		}
		return tokens().exchange(this::exchange);
	}

	private SubjectAndActor tokens() {
		TokenSubject subject = this.subject;
		if (subject == null) {
			return new SubjectAndActor(agent(), null, this.clock);
		}
		Party other = new Party(subject.present(), subject::present, subject::discard);
		return new SubjectAndActor(other, agent(), this.clock);
	}

	private Party agent() {
		return new Party(this.agent.agentToken(), this.agent::agentToken, this.agent::discard);
	}

	private IssuedToken exchange(OAuth2Token subject, @Nullable OAuth2Token actor) {
		return new IssuedToken(this.agent.requests().exchange(subject, actor, this.key, this.key.jkt() != null),
				firstEnd(subject, actor), subjectEnd());
	}

	/**
	 * Return the first expiry of the tokens that were sent and can be renewed. Tokens
	 * from our cache have an expiry, by the cache's clock.
	 */
	private static @Nullable Instant firstEnd(OAuth2Token subject, @Nullable OAuth2Token actor) {
		Instant end = subject.getExpiresAt();
		Instant other = (actor != null) ? actor.getExpiresAt() : null;
		return (end == null || (other != null && other.isBefore(end))) ? other : end;
	}

	private @Nullable Instant subjectEnd() {
		return (this.subject != null) ? this.subject.end() : null;
	}

}
