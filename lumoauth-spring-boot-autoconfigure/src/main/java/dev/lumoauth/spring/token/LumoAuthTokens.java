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

import java.net.URI;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.ClientCredentialsOAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.client.DelegatingOAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.client.OAuth2AuthorizationContext;
import org.springframework.security.oauth2.client.OAuth2AuthorizationFailureHandler;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.TokenExchangeGrantRequest;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.Assert;

import dev.lumoauth.spring.http.LumoAuthHttp;

/**
 * The agent's tokens: its own (client credentials grant, RFC 6749 section 4.4) and those
 * exchanged for it (RFC 8693), kept in memory and renewed before they end. Any number of
 * threads that need the same token make one request; while a token is being renewed they
 * go on with the old one.
 * <p>
 * The scopes asked for are the configured ones each time, not those last granted: a
 * capability that the agent is given later arrives with the next token.
 *
 * @since 0.1.0
 */
public class LumoAuthTokens {

	private static final String SUBJECT = LumoAuthTokens.class.getName() + ".SUBJECT";

	private final LumoAuthHttp http;

	private final Settings settings;

	private final AgentRegistrations registrations;

	private final TokenCache cache;

	private final OAuth2AccessTokenResponseClient<TokenExchangeGrantRequest> exchangeClient;

	private final OAuth2AuthorizedClientProvider provider;

	private final Authentication principal;

	private final CachedAuthorizedClientManager manager;

	/**
	 * Create the agent's tokens.
	 * @param http the way to LumoAuth
	 * @param settings whose tokens, and how to ask for them
	 */
	public LumoAuthTokens(LumoAuthHttp http, Settings settings) {
		AgentCredentials credentials = settings.credentials();
		this.http = http;
		this.settings = settings;
		this.registrations = new AgentRegistrations(credentials.clientId(), http.endpoints().token().toString(),
				settings.scopes());
		this.cache = new TokenCache(settings.clock(), settings.executor());
		this.exchangeClient = TokenResponseClients.tokenExchange(http,
				settings.authenticateExchange() ? credentials : credentials.withoutSecret());
		this.principal = UsernamePasswordAuthenticationToken.authenticated(credentials.clientId(), null, List.of());
		this.provider = createProvider();
		this.manager = new CachedAuthorizedClientManager(this, this.registrations);
	}

	private OAuth2AuthorizedClientProvider createProvider() {
		ClientCredentialsOAuth2AuthorizedClientProvider clientCredentials = new ClientCredentialsOAuth2AuthorizedClientProvider();
		clientCredentials.setAccessTokenResponseClient(
				TokenResponseClients.clientCredentials(this.http, this.settings.credentials()));
		LumoAuthTokenExchangeProvider exchange = new LumoAuthTokenExchangeProvider(this);
		exchange.setSubjectTokenResolver(this::subject);
		return new DelegatingOAuth2AuthorizedClientProvider(clientCredentials, exchange);
	}

	/**
	 * Return the agent's own token, from memory or fetched.
	 * @return a token that has not expired
	 * @throws dev.lumoauth.spring.LumoAuthAuthenticationException if LumoAuth rejects the
	 * agent's credentials
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth refuses the
	 * request, such as for a scope that the agent may not have
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public OAuth2AccessToken agentToken() {
		return cachedAgentToken().token();
	}

	private CachedToken cachedAgentToken() {
		return this.cache.get(TokenKey.agentToken(this.settings.scopes()), () -> authorize(AgentRegistrations.AGENT));
	}

	/**
	 * Return a token for another server, exchanged for the agent's own. It ends with the
	 * agent's token at the latest. A refusal is remembered for 10 seconds.
	 * @param audience the server's id, such as {@code urn:mcp:financial-data}, or its
	 * address
	 * @return a token that has not expired
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth refuses the
	 * exchange or does not know the audience
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public OAuth2AccessToken exchange(String audience) {
		Assert.hasText(audience, "The audience must not be blank");
		Assert.isTrue(!audience.equals(AgentRegistrations.AGENT),
				() -> "'" + audience + "' names the agent's own token, which is not exchanged for itself");
		TargetParameter parameter = this.settings.targetParameter();
		TokenKey key = TokenKey.exchange(TokenKey.AGENT, null, parameter.audience(audience),
				parameter.resource(audience), Set.of());
		return this.cache.get(key, () -> authorize(audience)).token();
	}

	private TokenLoader.Loaded authorize(String registrationId) {
		AtomicReference<@Nullable CachedToken> subject = new AtomicReference<>();
		OAuth2AuthorizedClient client = this.provider
			.authorize(OAuth2AuthorizationContext.withClientRegistration(this.registrations.get(registrationId))
				.principal(this.principal)
				.attribute(SUBJECT, subject)
				.build());
		Assert.state(client != null, () -> "No provider for '" + registrationId + "'");
		CachedToken used = subject.get();
		return new TokenLoader.Loaded(client.getAccessToken(), (used != null) ? used.expiresAt() : null);
	}

	/**
	 * Give the agent's token as the subject of an exchange, and keep which one it was:
	 * the exchanged token must not outlive it.
	 */
	private OAuth2AccessToken subject(OAuth2AuthorizationContext context) {
		CachedToken token = cachedAgentToken();
		AtomicReference<@Nullable CachedToken> subject = context.getAttribute(SUBJECT);
		if (subject != null) {
			subject.set(token);
		}
		return token.token();
	}

	/**
	 * Forget a token that was not accepted, if it is still the current one. The next call
	 * then fetches another.
	 * @param token the token
	 * @return whether it was the current one; {@code false} if another thread has
	 * replaced it already
	 */
	public boolean discard(OAuth2AccessToken token) {
		return this.cache.discard(token);
	}

	/**
	 * Return an interceptor for a {@code RestClient} that adds the token for an audience
	 * to each request. It
	 * <ul>
	 * <li>sends the token to one origin only: that of the audience if it is an absolute
	 * {@code http} or {@code https} address, or else that of the first request which goes
	 * through this interceptor. For any other it throws an
	 * {@link IllegalStateException};</li>
	 * <li>replaces the token and sends the request again, once, if the answer is
	 * 401;</li>
	 * <li>throws what {@link #exchange(String)} throws, rather than send a request
	 * without a token;</li>
	 * <li>leaves an {@code Authorization} header as it is that the caller has set on the
	 * request itself.</li>
	 * </ul>
	 * Use it with a request factory that does not follow redirects, as Boot's do with
	 * {@code spring.http.clients.redirects=dont-follow}: a redirect is followed below
	 * every interceptor, and with it the token.
	 * @param audience the server's id or its address
	 * @return the interceptor; use one for each server
	 * @throws IllegalArgumentException if the audience is an {@code http} address that is
	 * not on a loopback host
	 */
	public ClientHttpRequestInterceptor interceptor(String audience) {
		Assert.hasText(audience, "The audience must not be blank");
		return ExchangedTokenInterceptor.forAudience(this, audience, null);
	}

	/**
	 * Return an interceptor as {@link #interceptor(String)} does, for a known origin.
	 * @param audience the server's id or its address
	 * @param origin an absolute address of the server, of which the scheme, host and port
	 * count
	 * @return the interceptor
	 * @throws IllegalArgumentException if the origin is neither {@code https} nor on a
	 * loopback host
	 */
	public ClientHttpRequestInterceptor interceptor(String audience, URI origin) {
		Assert.hasText(audience, "The audience must not be blank");
		return ExchangedTokenInterceptor.forAudience(this, audience, origin);
	}

	/**
	 * Return an interceptor as {@link #interceptor(String)} does, for the audience that
	 * each request names by {@link #audience(String)}. A request that names none fails.
	 * @return the interceptor
	 */
	public ClientHttpRequestInterceptor interceptor() {
		return ExchangedTokenInterceptor.forAttribute(this);
	}

	/**
	 * Name the audience of a request.
	 * @param audience the server's id or its address
	 * @return for {@code RestClient.RequestHeadersSpec.attributes}
	 */
	public static Consumer<Map<String, Object>> audience(String audience) {
		Assert.hasText(audience, "The audience must not be blank");
		return (attributes) -> attributes.put(ExchangedTokenInterceptor.AUDIENCE, audience);
	}

	/**
	 * Return these tokens as Spring Security's interface, for
	 * {@code OAuth2ClientHttpRequestInterceptor} and the like. The registration id
	 * {@code lumoauth} is the agent's own token; any other is an audience to exchange
	 * for. It throws this library's exceptions and never returns {@code null}.
	 * @return the manager
	 */
	public OAuth2AuthorizedClientManager authorizedClientManager() {
		return this.manager;
	}

	/**
	 * Return what to give to Spring Security's interceptors beside
	 * {@link #authorizedClientManager()}, so that a token that was answered with 401 is
	 * forgotten. It has to be called on the thread that asked the manager, as they do.
	 * @return the handler
	 */
	public OAuth2AuthorizationFailureHandler authorizationFailureHandler() {
		return this.manager;
	}

	OAuth2AccessTokenResponseClient<TokenExchangeGrantRequest> exchangeClient() {
		return this.exchangeClient;
	}

	TargetParameter targetParameter() {
		return this.settings.targetParameter();
	}

	/**
	 * Whose tokens, and how to ask for them.
	 *
	 * @param credentials the agent's credentials
	 * @param scopes the scopes to ask for with the agent's own token; empty = all that it
	 * has
	 * @param targetParameter by which parameter an exchange names its target
	 * @param authenticateExchange whether an exchange carries the agent's credentials, or
	 * only its client id
	 * @param clock the clock
	 * @param executor where tokens are renewed in the background
	 */
	public record Settings(AgentCredentials credentials, Set<String> scopes, TargetParameter targetParameter,
			boolean authenticateExchange, Clock clock, Executor executor) {

		public Settings {
			// In the order given: Set.copyOf would ask in another one each time it
			// starts.
			scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
		}

	}

}
