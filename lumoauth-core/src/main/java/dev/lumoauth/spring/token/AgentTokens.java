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
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.LumoAuthDeniedException;

/**
 * The agent's own token and those exchanged, from memory or fetched.
 */
final class AgentTokens {

	/** Tells this agent from the others of the application, whatever they are called. */
	private final UUID id = UUID.randomUUID();

	private final TokenKey own;

	private final TokenCache cache;

	private final TokenFetcher fetcher;

	private final Clock clock;

	private final SharedTokens.@Nullable Agent shared;

	AgentTokens(Set<String> scopes, TokenCache cache, TokenFetcher fetcher, Clock clock,
			SharedTokens.@Nullable Agent shared) {
		this.own = TokenKey.agentToken(scopes);
		this.cache = cache;
		this.fetcher = fetcher;
		this.clock = clock;
		this.shared = shared;
	}

	UUID id() {
		return this.id;
	}

	TokenCacheEntry own() {
		return this.cache.get(this.own, loader(this.own, null));
	}

	TokenCacheEntry exchanged(TokenTarget target, @Nullable TokenSubject subject) {
		return get(TokenKey.exchange(target, subject), subject);
	}

	/**
	 * Return a token for no server: with it this agent is another's subject and the chain
	 * of those who act is kept (RFC 8693 section 4.1).
	 */
	TokenCacheEntry delegated(TokenSubject subject) {
		return get(TokenKey.exchange(null, subject), subject);
	}

	private TokenCacheEntry get(TokenKey key, @Nullable TokenSubject subject) {
		checkEnd(key, subject);
		return this.cache.get(key, loader(key, subject));
	}

	@Nullable TokenCacheEntry peek(TokenTarget target, @Nullable TokenSubject subject) {
		TokenKey key = TokenKey.exchange(target, subject);
		checkEnd(key, subject);
		return this.cache.peek(key, loader(key, subject));
	}

	boolean discard(OAuth2AccessToken token) {
		if (!this.cache.discard(token)) {
			return false;
		}
		if (this.shared != null && token instanceof CachedAccessToken held && held.key() != null) {
			this.shared.discard(held.key(), token);
		}
		return true;
	}

	void clear() {
		this.cache.clear();
	}

	private TokenLoader loader(TokenKey key, @Nullable TokenSubject subject) {
		TokenLoader loader = key.isExchange() ? () -> fetch(key, subject) : this.fetcher::agentToken;
		SharedTokens.Agent shared = this.shared;
		return (shared != null && (subject == null || subject.isKnownToAll())) ? shared.share(key, loader) : loader;
	}

	List<TokenStatus> statuses() {
		return this.cache.statuses();
	}

	private TokenLoader.Loaded fetch(TokenKey key, @Nullable TokenSubject subject) {
		if (subject == null) {
			return this.fetcher.exchange(key, new SubjectAndActor(this::own, null, null));
		}
		checkEnd(key, subject); // again: a renewal may have waited for its turn
		if (subject.actors() >= TokenSubject.MAX_ACTORS) {
			throw key.denied("more than " + TokenSubject.MAX_ACTORS + " agents would act one for another",
					"delegation_depth_exceeded");
		}
		TokenSubject.Presented presented = subject.present();
		try {
			return exchange(key, subject, presented);
		}
		catch (LumoAuthDeniedException ex) {
			if (!ex.getErrorCode().equals("invalid_grant") || !subject.replace(presented, this.clock.instant())) {
				throw ex;
			}
			return exchange(key, subject, subject.present());
		}
	}

	private TokenLoader.Loaded exchange(TokenKey key, TokenSubject subject, TokenSubject.Presented presented) {
		return this.fetcher.exchange(key, new SubjectAndActor(this::own, presented, subject.end()));
	}

	/**
	 * Who has no right any more gets nothing, from memory neither.
	 */
	private void checkEnd(TokenKey key, @Nullable TokenSubject subject) {
		Instant end = (subject != null) ? subject.end() : null;
		if (end != null && !this.clock.instant().isBefore(end)) {
			throw key.denied("the user's token has expired", "invalid_grant");
		}
	}

}
