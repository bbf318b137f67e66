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

package dev.lumoauth.spring.vault;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.client.ApiCalls;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.TemporaryFailureException;
import dev.lumoauth.spring.token.AuthorizationFilterFunction;
import dev.lumoauth.spring.token.AuthorizationInterceptor;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.UserToken;
import dev.lumoauth.spring.vault.ConnectionTokens.Account;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Tokens of third parties that LumoAuth keeps in its token vault, such as GitHub's: for
 * the agent, or for the user on whose behalf it acts. A token is kept until it expires. A
 * token without a known expiry is kept for 5 minutes. Users never share a token, and
 * agents never share a token.
 *
 * @since 0.1.0
 */
public final class LumoAuthConnections {

	static final String PREFIX = "lumoauth.connections";

	private final Map<String, ThirdParty> parties = new LinkedHashMap<>();

	private final ConnectionsApi api;

	private final LumoAuthTokens tokens;

	private final Accounts accounts;

	private final ConnectionTokens kept;

	private LumoAuthConnections(Collection<ThirdParty> parties, LumoAuthHttp http, LumoAuthTokens tokens,
			Supplier<CurrentUser> currentUser, Clock clock, Duration maxWait) {
		parties.forEach((party) -> this.parties.put(party.name(), party));
		this.api = new ConnectionsApi(new ApiCalls(http, tokens), http.endpoints(), clock);
		this.tokens = tokens;
		this.accounts = new Accounts(tokens, currentUser);
		this.kept = new ConnectionTokens(this::fetch, clock, maxWait);
	}

	/**
	 * Create the connections of an agent.
	 * @param parties the third parties, each with a unique name
	 * @param http the connection to LumoAuth
	 * @param tokens the agent's tokens
	 * @param currentUser supplies the object that knows the current user; called for each
	 * use
	 * @param clock the clock for the expiry of tokens
	 * @param maxWait how long a chat may wait for LumoAuth in total
	 * @return the connections
	 */
	public static LumoAuthConnections of(Collection<ThirdParty> parties, LumoAuthHttp http, LumoAuthTokens tokens,
			Supplier<CurrentUser> currentUser, Clock clock, Duration maxWait) {
		return new LumoAuthConnections(parties, http, tokens, currentUser, clock, maxWait);
	}

	/**
	 * Return the names of the third parties.
	 * @return the names under {@code lumoauth.connections}
	 */
	public Set<String> names() {
		return Set.copyOf(this.parties.keySet());
	}

	/**
	 * Return a token of a third party, from memory or fetched: the agent's own, or with
	 * {@code acts-for=user} the current user's. LumoAuth decides who the user is: the
	 * user's own access token is exchanged first, and the user's id is read from
	 * LumoAuth's answer.
	 * @param name the name under {@code lumoauth.connections}
	 * @return a token that has not expired, for the servers of that third party only
	 * @throws IllegalArgumentException if there is no connection of that name
	 * @throws ConnectionDeniedException if LumoAuth refuses
	 * @throws ConnectionUnavailableException if LumoAuth can't get the token at the
	 * moment
	 * @throws dev.lumoauth.spring.user.UserRequiredException if the connection needs a
	 * user and there is none
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public OAuth2AccessToken token(String name) {
		return token(name, null);
	}

	/**
	 * Return a token as {@link #token(String)} does, for a given user.
	 * @param name the name under {@code lumoauth.connections}
	 * @param user the user's token; {@code null} for the current user's token. The
	 * parameter is ignored if the agent uses its own account
	 * @return a token that has not expired
	 */
	public OAuth2AccessToken token(String name, @Nullable UserToken user) {
		return this.kept.get(this.accounts.of(require(name), user));
	}

	private ThirdParty require(String name) {
		ThirdParty party = this.parties.get(name);
		if (party == null) {
			throw new IllegalArgumentException("There is no connection '" + name + "': set " + PREFIX + "." + name
					+ ".connection-id to its id at LumoAuth, or use one of " + this.parties.keySet());
		}
		return party;
	}

	private OAuth2AccessToken fetch(Account account) {
		ThirdParty party = require(account.connection());
		try {
			return this.api.token(party.connectionId(), account.userId());
		}
		catch (LumoAuthDeniedException ex) {
			throw new ConnectionDeniedException(party.name(), ex.getErrorCode(), ex);
		}
		catch (TemporaryFailureException ex) {
			throw new ConnectionUnavailableException(party.name(), ex.getErrorCode(), ex.getRetryAfter(), ex);
		}
	}

	/**
	 * Return an interceptor for a {@code RestClient} that adds a third party's token to
	 * each request. The interceptor
	 * <ul>
	 * <li>sends the token only to the {@code origins} of the connection. A request to
	 * another address is not sent, and throws an {@link IllegalStateException};</li>
	 * <li>replaces the token and sends the request again, once, if the answer is 401 and
	 * another token is available;</li>
	 * <li>throws what {@link #token(String)} throws instead of sending a request without
	 * a token;</li>
	 * <li>does not change an {@code Authorization} header that the caller has set on the
	 * request.</li>
	 * </ul>
	 * Use it with a request factory that does not follow redirects, as Boot's do with
	 * {@code spring.http.clients.redirects=dont-follow}: redirects are followed below the
	 * interceptors, so the token would be sent along.
	 * @param name the name under {@code lumoauth.connections}
	 * @return the interceptor; use one for each third party
	 * @throws IllegalArgumentException if there is no connection of that name
	 * @throws IllegalStateException if no address is configured to which its tokens may
	 * be sent
	 */
	public ClientHttpRequestInterceptor interceptor(String name) {
		return new AuthorizationInterceptor(new PartyAuthorizer(this, require(name)));
	}

	/**
	 * Return a customizer that adds a third party's token to each request of a
	 * {@code WebClient}, as {@link #interceptor(String)} does:
	 * {@code builder.apply(connections.filter("github"))}. With {@code acts-for=user} the
	 * token is that of the current user when the request is sent.
	 * @param name the name under {@code lumoauth.connections}
	 * @return for {@code WebClient.Builder.apply}
	 * @throws IllegalArgumentException if there is no connection of that name
	 * @throws IllegalStateException if no address is configured to which its tokens may
	 * be sent
	 */
	public Consumer<WebClient.Builder> filter(String name) {
		return new AuthorizationFilterFunction(new PartyAuthorizer(this, require(name))).configuration();
	}

	/**
	 * Forget a token that a third party did not accept, if it is still the current one.
	 * @param token the token
	 * @return whether the token is forgotten; {@code false} if another thread has
	 * replaced it already, or if it has itself just replaced a token that was not
	 * accepted
	 */
	public boolean discard(OAuth2AccessToken token) {
		return this.kept.discard(token);
	}

	/**
	 * Forget all tokens, including those of requests in progress.
	 */
	public void forget() {
		this.kept.forget((names) -> true);
	}

	/**
	 * Forget the tokens of a party: all tokens if the party is the agent, otherwise those
	 * of the user.
	 * @param meant whether a party with these names is meant
	 */
	public void forget(Predicate<Set<String>> meant) {
		boolean agent = meant.test(this.tokens.names());
		this.kept.forget((names) -> agent || (names != null && meant.test(names)));
	}

	/**
	 * Return the status of the tokens in memory, in no particular order.
	 * @return the status of each token that has not expired
	 */
	public List<ConnectionStatus> statuses() {
		return this.kept.statuses();
	}

	/**
	 * Return the token of the agent's own account, if it is in memory.
	 */
	@Nullable OAuth2AccessToken cached(ThirdParty party) {
		return (party.actsFor() == ActsFor.AGENT) ? this.kept.peek(this.accounts.of(party, null)) : null;
	}

}
