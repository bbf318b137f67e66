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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.util.function.SingletonSupplier;

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.RefusedRequestHandler.SingleUseToken;
import dev.lumoauth.spring.token.cache.CachedAccessToken;
import dev.lumoauth.spring.token.cache.IssuedToken;
import dev.lumoauth.spring.token.cache.SharedTokens;
import dev.lumoauth.spring.token.cache.TokenCache;
import dev.lumoauth.spring.token.cache.TokenCacheEntry;
import dev.lumoauth.spring.token.cache.TokenSource;
import dev.lumoauth.spring.token.cache.TokenStatus;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.dpop.KeyBinding;
import dev.lumoauth.spring.token.grant.AgentAuthentication;
import dev.lumoauth.spring.token.grant.AuthenticationStatus;
import dev.lumoauth.spring.token.grant.TokenRequests;
import dev.lumoauth.spring.user.TokenNames;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;

/**
 * The agent's tokens: its own (client credentials grant, RFC 6749 section 4.4) and those
 * exchanged for it (RFC 8693), kept in memory and renewed before they expire. Threads
 * that need the same token share one request. While a token is being renewed, the old one
 * is used.
 * <p>
 * Each request asks for the configured scopes, not for those last granted: a capability
 * that is granted to the agent later comes with the next token.
 *
 * @since 0.1.0
 */
public class LumoAuthTokens {

	/** The registration id of the agent's own token. */
	static final String AGENT = "lumoauth";

	/**
	 * Distinguishes this agent from the application's other agents, whatever their names
	 * are.
	 */
	private final UUID id = UUID.randomUUID();

	private final AgentNames names;

	private final Set<String> scopes;

	private final TargetParameter targetParameter;

	private final TokenRequests requests;

	private final AgentAuthentication authentication;

	private final TokenCache cache;

	private final OwnTokenSource own;

	private final Clock clock;

	private final @Nullable TokenProtocol protocol;

	private final SharedTokens.@Nullable Agent shared;

	private final @Nullable SingletonSupplier<RefusedRequestHandler> refusedRequests;

	private final TokenAttachment attachment;

	private final String clientId;

	LumoAuthTokens(LumoAuthTokensBuilder settings, LumoAuthHttp http, AgentCredentials credentials,
			AgentAuthentication authentication, TokenRequests requests, OwnTokenSource own) {
		this.clientId = credentials.clientId();
		this.names = new AgentNames(credentials.clientId(), credentials.agentId());
		this.scopes = settings.scopes;
		this.targetParameter = settings.targetParameter;
		this.requests = requests;
		this.authentication = authentication;
		this.cache = new TokenCache(credentials.clientId(), settings.clock, settings.executor, settings.observations,
				http.maxWait());
		this.own = own;
		this.clock = settings.clock;
		this.protocol = settings.protocol;
		String endpoint = http.endpoints().token().toString();
		String name = endpoint + " " + credentials.clientId()
				+ ((credentials.agentId() != null) ? " " + credentials.agentId() : "");
		this.shared = (settings.sharedTokens != null) ? settings.sharedTokens.of(name, http.maxWait()) : null;
		Function<LumoAuthTokens, RefusedRequestHandler> refused = settings.refusedRequests;
		this.refusedRequests = (refused != null) ? SingletonSupplier.of(() -> refused.apply(this)) : null;
		this.attachment = new TokenAttachment(requests.binding().proofs());
	}

	/**
	 * Return a builder.
	 * @return the builder, which may build the tokens of several agents
	 */
	public static LumoAuthTokensBuilder builder() {
		return new LumoAuthTokensBuilder();
	}

	/**
	 * Return the agent's own token, from memory or fetched.
	 * @return a token that has not expired
	 * @throws dev.lumoauth.spring.LumoAuthAuthenticationException if LumoAuth rejects the
	 * agent's credentials
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth refuses the scopes
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public OAuth2AccessToken agentToken() {
		OAuth2AccessToken token = get(this.own);
		this.names.learn(token);
		return token;
	}

	/**
	 * Return a token as {@link #exchange(TokenTarget, UserToken)} does, for the user for
	 * whom the agent acts on this thread ({@link UserScope#current()}).
	 * @param audience the server's id, such as {@code urn:mcp:financial-data}, or its
	 * address; {@code lumoauth.exchange.target-parameter} decides in which parameter it
	 * is sent
	 * @return a token that has not expired
	 */
	public OAuth2AccessToken exchange(String audience) {
		return exchange(target(audience));
	}

	/**
	 * Return the target that stands for a server, as {@link #exchange(String)} does.
	 * @param audience the server's id or its address
	 * @return the target, without scopes
	 */
	public TokenTarget target(String audience) {
		return this.targetParameter.target(audience);
	}

	/**
	 * Return a token as {@link #exchange(String)} does, for an explicit target.
	 * @param target the server and what is requested
	 * @return a token that has not expired
	 */
	public OAuth2AccessToken exchange(TokenTarget target) {
		return exchange(target, UserScope.current());
	}

	/**
	 * Return a token for another server (RFC 8693 section 2.1). With a user, the user's
	 * token is the subject and the agent's token the actor; the new token then expires no
	 * later than either of them. Without a user, the agent's own token is the subject and
	 * there is no actor, whatever {@link UserScope#current()} says. A refusal is
	 * remembered for 10 seconds.
	 * <p>
	 * If the running call has its own token for this server and this user
	 * ({@link CallTokens}), that token is returned and nothing is exchanged.
	 * @param target the server and what is requested
	 * @param user the token of the user on whose behalf the agent acts; {@code null} = it
	 * acts for itself
	 * @return a token that has not expired
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth refuses the
	 * exchange or does not know the target. Before any request, with the code
	 * {@code invalid_grant} if the user's token has expired, and with
	 * {@code delegation_depth_exceeded} if more than 3 agents would act for one another
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public OAuth2AccessToken exchange(TokenTarget target, @Nullable UserToken user) {
		OAuth2AccessToken ofCall = CallTokens.current().tokenFor(this, target, user);
		return (ofCall != null) ? ofCall : exchangeApart(target, user);
	}

	/**
	 * Return a token as {@link #exchange(TokenTarget, UserToken)} does, without looking
	 * at the call that runs on this thread.
	 */
	OAuth2AccessToken exchangeApart(TokenTarget target, @Nullable UserToken user) {
		return get(source(target, user));
	}

	UUID id() {
		return this.id;
	}

	private TokenSource source(TokenTarget target, @Nullable UserToken user) {
		return source(target, (user != null) ? TokenSubject.of(user) : null);
	}

	private TokenSource source(TokenTarget target, @Nullable TokenSubject subject) {
		TokenProtocol protocol = this.protocol;
		return (protocol != null && protocol.isFor(target)) ? new ProtocolTokenSource(protocol, target, subject)
				: new ExchangedTokenSource(target, subject, this, this.clock);
	}

	private OAuth2AccessToken get(TokenSource source) {
		source.check();
		return this.cache.get(source, loader(source)).token();
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
		DPoPProofs proofs = binding().proofs();
		if (proofs == null) {
			return source;
		}
		long changes = proofs.keyChanges();
		return () -> {
			IssuedToken loaded = source.get();
			return (proofs.keyChanges() == changes) ? loaded : loaded.notKept();
		};
	}

	/**
	 * Offer a refused request to the feature that may have it sent again, if there is
	 * one.
	 * @param refused the request
	 * @return a future with the token to send the request with, once; empty if it is not
	 * sent again
	 */
	public CompletableFuture<Optional<SingleUseToken>> refused(RefusedRequest refused) {
		return (this.refusedRequests != null) ? this.refusedRequests.obtain().handle(refused)
				: CompletableFuture.completedFuture(Optional.empty());
	}

	/**
	 * Return a target with the scopes that the application has configured for it, or for
	 * the agent.
	 */
	TokenTarget withConfiguredScopes(TokenTarget target) {
		Set<String> scopes = new LinkedHashSet<>(target.scopes());
		scopes.addAll(this.scopes);
		return target.withScopes(scopes);
	}

	/**
	 * Return the attachment, which adds these tokens to the requests of your own client:
	 * with {@code lumoauth.dpop.enabled} a token alone is not accepted.
	 * @return the attachment
	 */
	public TokenAttachment attachment() {
		return this.attachment;
	}

	/**
	 * Return the thumbprint of the key to which the agent's tokens are bound (RFC 9449
	 * section 6.1).
	 * @return the thumbprint, which is not a secret; {@code null} if no token is bound to
	 * a key yet
	 */
	public @Nullable String keyThumbprint() {
		DPoPProofs proofs = binding().proofs();
		return (proofs != null) ? proofs.thumbprintInUse() : null;
	}

	KeyBinding binding() {
		return this.requests.binding();
	}

	String clientId() {
		return this.clientId;
	}

	/**
	 * Return a token as {@link #exchange(TokenTarget, UserToken)} does, on behalf of any
	 * subject, with the agent as the actor (RFC 8693 section 4.1).
	 * @param audience as in {@link #exchange(String)}
	 * @param subject the subject: a user, or another agent that delegates
	 * @return a token that has not expired
	 */
	public OAuth2AccessToken exchange(String audience, TokenSubject subject) {
		TokenTarget target = target(audience);
		OAuth2AccessToken ofCall = (subject instanceof UserSubject named)
				? CallTokens.current().tokenFor(this, target, named.user()) : null;
		return (ofCall != null) ? ofCall : get(source(target, subject));
	}

	/**
	 * Return this agent as the subject of another agent's exchanges: the other then acts
	 * for it (RFC 8693 section 1.1).
	 * @param onBehalfOf the subject for whom this agent acts itself: this agent then
	 * presents a token whose {@code act} claim names it, from an exchange without a
	 * target; {@code null} = it acts for itself and presents its own token
	 * @return the subject
	 */
	public TokenSubject asSubject(@Nullable TokenSubject onBehalfOf) {
		return new AgentSubject(this, onBehalfOf);
	}

	/**
	 * Return the token with which the agent asks LumoAuth itself on behalf of a subject:
	 * the subject's token is exchanged for a token without a target, whose {@code act}
	 * claim names the agent (RFC 8693 section 4.1).
	 * @param subject the subject
	 * @return a token that has not expired
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException as
	 * {@link #exchange(TokenTarget, UserToken)} does
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public OAuth2AccessToken delegated(TokenSubject subject) {
		return get(new ExchangedTokenSource(null, subject, this, this.clock));
	}

	/**
	 * Request a token by another grant (RFC 6749 section 4.5), once. The agent
	 * authenticates itself as for its other tokens. The token is not kept here.
	 * @param grant the grant, such as
	 * {@code urn:ietf:params:oauth:grant-type:device_code}
	 * @param parameters the parameters of the grant, which are treated as secrets
	 * @return the token, and what else LumoAuth said among the additional parameters
	 * @throws dev.lumoauth.spring.http.NoTokenYetException if there is none yet, or never
	 * will be one
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth refuses
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public OAuth2AccessTokenResponse request(AuthorizationGrantType grant, Map<String, String> parameters) {
		return this.requests.extension(grant, parameters);
	}

	/**
	 * Return the same token as {@link #exchange(TokenTarget, UserToken)} if it is in
	 * memory. If the token expires soon, it is renewed in the background. This thread
	 * neither waits nor sends a request.
	 * @param target the server and what is requested
	 * @param user the user on whose behalf the agent acts; {@code null} = it acts for
	 * itself
	 * @return a token that has not expired, or {@code null}
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the user's token has expired
	 */
	public @Nullable OAuth2AccessToken cached(TokenTarget target, @Nullable UserToken user) {
		TokenSource source = source(target, user);
		source.check();
		TokenCacheEntry cached = this.cache.peek(source, loader(source));
		return (cached != null) ? cached.token() : null;
	}

	/**
	 * Forget a token that was not accepted, if it is still the current one. The next call
	 * then fetches another token. An exchanged token that has itself replaced a rejected
	 * one less than 10 seconds ago is kept: the server would reject a third one too. Send
	 * a request again only with another token.
	 * @param token the token
	 * @return whether the token is forgotten; {@code false} if another thread has
	 * replaced it already or if it is kept
	 */
	public boolean discard(OAuth2AccessToken token) {
		return discard((OAuth2Token) token);
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

	/**
	 * Return the status of the tokens in memory, in no particular order.
	 * @return the status of each token that has not expired
	 */
	public List<TokenStatus> statuses() {
		return this.cache.statuses();
	}

	/**
	 * Return the grants by which this agent may get tokens.
	 */
	Set<AuthorizationGrantType> grants() {
		Set<AuthorizationGrantType> grants = new LinkedHashSet<>(
				List.of(this.own.grant(), AuthorizationGrantType.TOKEN_EXCHANGE));
		if (this.protocol != null) {
			grants.add(this.protocol.grant());
		}
		return grants;
	}

	/**
	 * Return the result of the agent's last authentication. Sends no request.
	 * @return the status
	 */
	public AuthenticationStatus authentication() {
		return this.authentication.status();
	}

	/**
	 * Return the names under which LumoAuth knows the agent: the client id, and the name
	 * in the agent's own token.
	 * @return the names; empty as long as not all of them are known, since any name may
	 * then be the agent's
	 */
	public Set<String> names() {
		return this.names.get();
	}

	/**
	 * Return whether a name is one under which LumoAuth knows the agent, as far as the
	 * agent's credentials and its own token say. Sends no request.
	 * @param name the name, in any of LumoAuth's spellings
	 * @return {@code false} if it is another one's, or not known
	 */
	public boolean isKnownAs(String name) {
		return this.names.has(name);
	}

	/**
	 * Add another name under which LumoAuth knows the agent.
	 * @param name the name, as {@code agents/me} has it
	 */
	public void knownAs(String name) {
		this.names.add(name);
	}

	/**
	 * Forget the tokens of a party, including those of requests in progress: all tokens
	 * if the party is this agent, otherwise those with which the agent acts for that user
	 * or other agent. These tokens are no longer taken from the replicas' shared store
	 * either.
	 * @param subjects the names under which LumoAuth knows the party; empty = everyone
	 */
	public void forget(Set<String> subjects) {
		boolean agent = TokenNames.mayBeAmong(subjects, names());
		if (this.shared != null) {
			this.shared.forget(subjects, agent);
		}
		this.cache.forget((names) -> agent || (names != null && TokenNames.mayBeAmong(subjects, names)));
	}

	/**
	 * Forget all tokens and refusals, including those of requests in progress. The tokens
	 * in the replicas' shared store stay.
	 */
	public void forget() {
		this.cache.clear();
		this.authentication.forget();
	}

	TokenRequests requests() {
		return this.requests;
	}

	TargetParameter targetParameter() {
		return this.targetParameter;
	}

}
