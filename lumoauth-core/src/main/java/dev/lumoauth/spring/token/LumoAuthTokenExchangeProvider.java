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
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.client.OAuth2AuthorizationContext;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.util.Assert;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.token.SubjectAndActor.Party;
import dev.lumoauth.spring.token.cache.TokenCacheEntry;
import dev.lumoauth.spring.token.grant.TokenKey;

/**
 * The token exchange grant (RFC 8693) as an {@link OAuth2AuthorizedClientProvider}. It
 * differs from Spring Security's
 * {@link org.springframework.security.oauth2.client.TokenExchangeOAuth2AuthorizedClientProvider}
 * in two ways. It names the target. And it throws an exception if the subject token is
 * missing; Spring's interceptors would send a request without a token if the provider
 * returned nothing.
 * <p>
 * By default the subject is the agent's own token, there is no actor, and the target is
 * the context's {@link #AUDIENCE} attribute or else the registration's id. The provider
 * does not cache tokens; {@link LumoAuthTokens} does. With {@code lumoauth.dpop.enabled}
 * the provider refuses, because its callers send bearer tokens.
 *
 * @since 0.1.0
 */
public final class LumoAuthTokenExchangeProvider implements OAuth2AuthorizedClientProvider {

	/**
	 * Names the attribute of the {@link OAuth2AuthorizationContext} with the target of
	 * the exchange, a {@code String}.
	 */
	public static final String AUDIENCE = LumoAuthTokenExchangeProvider.class.getName() + ".AUDIENCE";

	/**
	 * Names the attribute of the {@link OAuth2AuthorizationContext} with the scopes to
	 * request, a {@code Set<String>}. Without this attribute the registration's scopes
	 * are requested.
	 */
	public static final String SCOPES = LumoAuthTokenExchangeProvider.class.getName() + ".SCOPES";

	private final LumoAuthTokens tokens;

	private Clock clock = Clock.systemUTC();

	private Function<OAuth2AuthorizationContext, ? extends @Nullable OAuth2Token> subjectTokenResolver;

	private Function<OAuth2AuthorizationContext, ? extends @Nullable OAuth2Token> actorTokenResolver = (
			context) -> null;

	/**
	 * Create a provider that exchanges the agent's own token.
	 * @param tokens the agent's tokens
	 */
	public LumoAuthTokenExchangeProvider(LumoAuthTokens tokens) {
		this.subjectTokenResolver = (context) -> tokens.agentToken();
		this.tokens = tokens;
	}

	/**
	 * Exchange the subject's token for one for the target.
	 * @param context the registration and, as attributes, what to request
	 * @return the client with the new token, or {@code null} if the registration is for
	 * another grant or the context's token has not expired
	 * @throws IllegalStateException if there is no subject token, or the agent's tokens
	 * are bound to its key
	 * @throws LumoAuthDeniedException if LumoAuth refuses the exchange
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	@Override
	public @Nullable OAuth2AuthorizedClient authorize(OAuth2AuthorizationContext context) {
		if (!AuthorizationGrantType.TOKEN_EXCHANGE
			.equals(context.getClientRegistration().getAuthorizationGrantType())) {
			return null;
		}
		OAuth2AuthorizedClient client = context.getAuthorizedClient();
		if (client != null && isGood(client.getAccessToken())) {
			return null;
		}
		this.tokens.binding().requireBearer();
		return tokens(context).exchange((subject, actor) -> exchange(context, subject, actor));
	}

	/**
	 * If there is an actor, the subject must stay the same: a second lookup could return
	 * another subject.
	 */
	private SubjectAndActor tokens(OAuth2AuthorizationContext context) {
		OAuth2Token subject = subjectToken(context);
		OAuth2Token actor = this.actorTokenResolver.apply(context);
		if (actor == null) {
			return new SubjectAndActor(new Party(subject, () -> subjectToken(context), this.tokens::discard), null,
					this.clock);
		}
		return new SubjectAndActor(Party.of(subject),
				new Party(actor, () -> this.actorTokenResolver.apply(context), this.tokens::discard), this.clock);
	}

	private OAuth2Token subjectToken(OAuth2AuthorizationContext context) {
		OAuth2Token subject = this.subjectTokenResolver.apply(context);
		if (subject == null) {
			throw new IllegalStateException("There is no subject token to exchange for '" + key(context).target()
					+ "': no request is sent without one");
		}
		return subject;
	}

	private OAuth2AuthorizedClient exchange(OAuth2AuthorizationContext context, OAuth2Token subject,
			@Nullable OAuth2Token actor) {
		OAuth2AccessToken token = this.tokens.requests().exchange(subject, actor, key(context), false);
		return new OAuth2AuthorizedClient(context.getClientRegistration(), context.getPrincipal().getName(), token);
	}

	/**
	 * Uses the margin by which the cache renews tokens early.
	 */
	private boolean isGood(OAuth2AccessToken token) {
		Instant end = token.getExpiresAt();
		return end == null || this.clock.instant().isBefore(end.minus(TokenCacheEntry.MAX_STALE));
	}

	private TokenKey key(OAuth2AuthorizationContext context) {
		String audience = context.getAttribute(AUDIENCE);
		String target = (audience != null) ? audience : context.getClientRegistration().getRegistrationId();
		return TokenKey.exchange(TokenKey.AGENT, null, this.tokens.targetParameter().audience(target),
				this.tokens.targetParameter().resource(target), scopes(context));
	}

	private static Set<String> scopes(OAuth2AuthorizationContext context) {
		Set<String> scopes = context.getAttribute(SCOPES);
		if (scopes == null) {
			scopes = context.getClientRegistration().getScopes();
		}
		return (scopes != null) ? scopes : Set.of();
	}

	/**
	 * Set how to find the subject token; by default it is the agent's token.
	 * @param subjectTokenResolver returns the token, or {@code null} if there is none,
	 * which makes the exchange fail
	 */
	public void setSubjectTokenResolver(
			Function<OAuth2AuthorizationContext, ? extends @Nullable OAuth2Token> subjectTokenResolver) {
		Assert.notNull(subjectTokenResolver, "subjectTokenResolver must not be null");
		this.subjectTokenResolver = subjectTokenResolver;
	}

	/**
	 * Set how to find the token of the actor that acts on behalf of the subject; by
	 * default there is no actor.
	 * @param actorTokenResolver returns the token, or {@code null} for none
	 */
	public void setActorTokenResolver(
			Function<OAuth2AuthorizationContext, ? extends @Nullable OAuth2Token> actorTokenResolver) {
		Assert.notNull(actorTokenResolver, "actorTokenResolver must not be null");
		this.actorTokenResolver = actorTokenResolver;
	}

	/**
	 * Set the clock; the system's by default.
	 * @param clock the clock for the expiry of the context's token and the age of an
	 * actor's token
	 */
	public void setClock(Clock clock) {
		Assert.notNull(clock, "clock must not be null");
		this.clock = clock;
	}

}
