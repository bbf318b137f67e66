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

import java.time.Instant;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.client.OAuth2AuthorizationContext;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.util.Assert;

/**
 * Whose tokens one exchange sends, and which they were: the new token must not outlive
 * them. Either the agent's own as the subject, or another's as the subject and the
 * agent's as the actor. For one thread.
 */
final class SubjectAndActor {

	static final String ATTRIBUTE = SubjectAndActor.class.getName();

	private final Supplier<TokenCacheEntry> agentToken;

	private final TokenSubject.@Nullable Presented other;

	private final @Nullable Instant otherEnd;

	private @Nullable Instant agentTokenEnd;

	/**
	 * Create the parties.
	 * @param agentToken gives the agent's own token
	 * @param other the subject, if it is not the agent
	 * @param otherEnd the end of that subject's right
	 */
	SubjectAndActor(Supplier<TokenCacheEntry> agentToken, TokenSubject.@Nullable Presented other,
			@Nullable Instant otherEnd) {
		this.agentToken = agentToken;
		this.other = other;
		this.otherEnd = otherEnd;
	}

	static SubjectAndActor of(OAuth2AuthorizationContext context) {
		SubjectAndActor parties = context.getAttribute(ATTRIBUTE);
		Assert.state(parties != null, "An exchange needs its parties");
		return parties;
	}

	OAuth2Token subject() {
		return (this.other != null) ? this.other.token() : agentToken();
	}

	@Nullable OAuth2Token actor() {
		return (this.other != null) ? agentToken() : null;
	}

	private OAuth2Token agentToken() {
		TokenCacheEntry token = this.agentToken.get();
		this.agentTokenEnd = token.expiresAt();
		return token.token();
	}

	/**
	 * Return the end of the tokens that were sent and can be renewed.
	 */
	@Nullable Instant notAfter() {
		Instant limit = (this.other != null) ? this.other.notAfter() : null;
		Instant end = this.agentTokenEnd;
		return (limit == null || (end != null && end.isBefore(limit))) ? end : limit;
	}

	@Nullable Instant subjectEnd() {
		return this.otherEnd;
	}

}
