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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.TokenExchangeGrantRequest;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2Token;

import dev.lumoauth.spring.token.cache.CachedAccessToken;
import dev.lumoauth.spring.token.cache.IssuedToken;
import dev.lumoauth.spring.token.cache.SharedTokens;
import dev.lumoauth.spring.token.cache.TokenCache;
import dev.lumoauth.spring.token.cache.TokenCacheEntry;
import dev.lumoauth.spring.token.cache.TokenSource;
import dev.lumoauth.spring.token.cache.TokenStatus;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.dpop.KeyBinding;
import dev.lumoauth.spring.user.TokenNames;

/**
 * The agent's own token and those exchanged, from memory or fetched.
 */
final class AgentTokens {

	/**
	 * Distinguishes this agent from the application's other agents, whatever their names
	 * are.
	 */
	private final UUID id = UUID.randomUUID();

	private final TokenCache cache;

	private final AgentNames names;

	private final OwnTokenSource own;

	private final ExchangedTokenSource.Agent exchanging;

	private final @Nullable TokenProtocol protocol;

	private final SharedTokens.@Nullable Agent shared;

	/**
	 * Create the tokens.
	 * @param cache where they are kept
	 * @param names the names of the agent
	 * @param own asks for the agent's own
	 * @param client exchanges it for others
	 * @param registration the registration that exchanges
	 * @param clock tells whether a right has ended
	 * @param binding which tokens are bound to the agent's key
	 * @param protocol another way to tokens for some servers; {@code null} = there is
	 * none
	 * @param shared what replicas share; {@code null} = nothing
	 */
	AgentTokens(TokenCache cache, AgentNames names, OwnTokenSource own,
			OAuth2AccessTokenResponseClient<TokenExchangeGrantRequest> client, ClientRegistration registration,
			Clock clock, KeyBinding binding, @Nullable TokenProtocol protocol, SharedTokens.@Nullable Agent shared) {
		this.cache = cache;
		this.names = names;
		this.own = own;
		this.exchanging = new ExchangedTokenSource.Agent(client, registration, () -> own().token(), this::discard,
				clock, binding);
		this.protocol = protocol;
		this.shared = shared;
	}

	UUID id() {
		return this.id;
	}

	TokenCacheEntry own() {
		TokenCacheEntry own = get(this.own);
		this.names.learn(own.token());
		return own;
	}

	/**
	 * Return the names under which LumoAuth knows the agent; none = they are not all
	 * known.
	 */
	Set<String> names() {
		return this.names.get();
	}

	AgentNames learned() {
		return this.names;
	}

	TokenCacheEntry exchanged(TokenTarget target, @Nullable TokenSubject subject) {
		return get(source(target, subject));
	}

	private TokenSource source(TokenTarget target, @Nullable TokenSubject subject) {
		TokenProtocol protocol = this.protocol;
		return (protocol != null && protocol.isFor(target)) ? new ProtocolTokenSource(protocol, target, subject)
				: new ExchangedTokenSource(target, subject, this.exchanging);
	}

	/**
	 * Return a token that is not for a server. With this token the agent is the subject
	 * of another agent, and the chain of actors is kept (RFC 8693 section 4.1).
	 */
	TokenCacheEntry delegated(TokenSubject subject) {
		return get(new ExchangedTokenSource(null, subject, this.exchanging));
	}

	private TokenCacheEntry get(TokenSource source) {
		source.check();
		return this.cache.get(source, loader(source));
	}

	@Nullable TokenCacheEntry peek(TokenTarget target, @Nullable TokenSubject subject) {
		TokenSource source = source(target, subject);
		source.check();
		return this.cache.peek(source, loader(source));
	}

	private Supplier<IssuedToken> loader(TokenSource source) {
		Supplier<IssuedToken> loader = watch(source);
		SharedTokens.Agent shared = this.shared;
		return (shared != null && source.isKnownToAll()) ? shared.share(source.key(), source::subjectNames, loader)
				: loader;
	}

	/**
	 * Return a loader whose token is not kept if the agent's key changes before the token
	 * is there: the token may be bound to another key than the one that its name says,
	 * even if that key is back in use.
	 */
	private Supplier<IssuedToken> watch(TokenSource source) {
		DPoPProofs proofs = this.exchanging.binding().proofs();
		if (proofs == null) {
			return source;
		}
		long changes = proofs.keyChanges();
		return () -> {
			IssuedToken loaded = source.get();
			return (proofs.keyChanges() == changes) ? loaded : loaded.notKept();
		};
	}

	boolean discard(OAuth2Token token) {
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

	/**
	 * Forget the tokens of some subjects, and take none of them from other replicas.
	 * @param subjects whose tokens; none = everyone's
	 */
	void forget(Set<String> subjects) {
		boolean agent = TokenNames.mayBeAmong(subjects, names());
		if (this.shared != null) {
			this.shared.forget(subjects, agent);
		}
		this.cache.forget((names) -> agent || (names != null && TokenNames.mayBeAmong(subjects, names)));
	}

	Set<AuthorizationGrantType> grants() {
		Set<AuthorizationGrantType> grants = new LinkedHashSet<>(
				List.of(this.own.grant(), AuthorizationGrantType.TOKEN_EXCHANGE));
		if (this.protocol != null) {
			grants.add(this.protocol.grant());
		}
		return grants;
	}

	List<TokenStatus> statuses() {
		return this.cache.statuses();
	}

}
