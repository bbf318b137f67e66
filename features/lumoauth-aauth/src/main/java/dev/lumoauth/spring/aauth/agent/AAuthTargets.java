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

package dev.lumoauth.spring.aauth.agent;

import java.net.URI;
import java.text.ParseException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.Assert;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.token.TokenProtocol;
import dev.lumoauth.spring.token.TokenTarget;
import dev.lumoauth.spring.user.UserToken;

/**
 * The auth tokens for the configured resources: a resource issues a resource token, with
 * which LumoAuth is asked for an auth token. Refresh tokens are kept in memory only.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class AAuthTargets implements TokenProtocol {

	private static final JOSEObjectType AUTH_JWT = new JOSEObjectType("auth+jwt");

	private final AAuthAgent agent;

	private final AAuthApi api;

	private final String issuer;

	private final ResourceTokens resourceTokens;

	private final Map<String, AAuthTarget> byResource = new LinkedHashMap<>();

	private final Map<String, AAuthTarget> byProperty = new LinkedHashMap<>();

	/** One for each combination of resource and scopes. */
	private final Map<RefreshKey, String> refreshTokens = new ConcurrentHashMap<>();

	private final AtomicLong generation = new AtomicLong();

	/**
	 * Create the targets.
	 * @param agent the agent
	 * @param api LumoAuth's AAuth, used as the agent
	 * @param issuer LumoAuth's issuer: no other authorization server is asked, whatever a
	 * resource says
	 * @param targets the resources; if two have the same identifier, the first counts for
	 * {@link #isFor}
	 * @param requestFactory creates the requests for resource tokens; it must have
	 * connect and read timeouts and must not follow redirects
	 */
	public AAuthTargets(AAuthAgent agent, AAuthApi api, String issuer, Collection<AAuthTarget> targets,
			ClientHttpRequestFactory requestFactory) {
		this.agent = agent;
		this.api = api;
		this.issuer = issuer;
		this.resourceTokens = new ResourceTokens(agent, issuer, requestFactory);
		targets.forEach((target) -> {
			this.byResource.putIfAbsent(target.resource(), target);
			this.byProperty.put(target.property(), target);
		});
	}

	@Override
	public AuthorizationGrantType grant() {
		return AAuthCredentials.GRANT;
	}

	@Override
	public boolean isFor(TokenTarget target) {
		return find(target) != null;
	}

	@Override
	public String keyThumbprint() {
		return this.agent.key().thumbprint();
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * With a user, the user's auth token ({@code auth+jwt}) with which the agent itself
	 * was called is exchanged. No other token of a user can be exchanged.
	 */
	@Override
	public OAuth2AccessToken get(TokenTarget target, @Nullable UserToken user) {
		AAuthTarget found = find(target);
		Assert.state(found != null, "No resource is configured for that target");
		Set<String> scopes = target.scopes().isEmpty() ? found.scopes() : target.scopes();
		AuthAnswer answer = (user != null) ? exchange(found, user) : ownToken(found, scopes);
		if (answer.token() == null) {
			throw new LumoAuthDeniedException(
					"LumoAuth wants the consent of a user for the resource of " + found.property() + ": set "
							+ found.property() + ".redirect-uri and get the token from "
							+ AAuthUserTokens.class.getName() + ", or let a policy at LumoAuth permit it to the agent",
					AAuthConsentRequiredException.CONSENT_REQUIRED, null);
		}
		return answer.token();
	}

	private AuthAnswer exchange(AAuthTarget target, UserToken user) {
		if (!isAuthToken(user)) {
			throw new LumoAuthDeniedException(
					"The agent acts for a user whose token is not an AAuth token (auth+jwt). It can't be exchanged "
							+ "for a token for the resource of " + target.property() + ": get the token from "
							+ AAuthUserTokens.class.getName() + ", or let the agent act for itself",
					"invalid_auth_token", null);
		}
		return this.api.exchange(user.value(), this.resourceTokens.get(target));
	}

	private static boolean isAuthToken(UserToken user) {
		try {
			return AUTH_JWT.equals(SignedJWT.parse(user.value()).getHeader().getType());
		}
		catch (ParseException ex) {
			return false;
		}
	}

	private AuthAnswer ownToken(AAuthTarget target, Set<String> scopes) {
		RefreshKey key = new RefreshKey(target.property(), scopes);
		long generation = this.generation.get();
		String refreshToken = this.refreshTokens.get(key);
		AuthAnswer answer = (refreshToken != null) ? refresh(target, scopes, refreshToken) : null;
		if (answer == null && refreshToken != null) {
			this.refreshTokens.remove(key, refreshToken);
		}
		if (answer == null) {
			answer = this.api.auth(this.resourceTokens.get(target), scopes, null);
		}
		if (answer.refreshToken() != null) {
			this.refreshTokens.put(key, answer.refreshToken());
			if (generation != this.generation.get()) {
				this.refreshTokens.remove(key, answer.refreshToken());
			}
		}
		return answer;
	}

	/**
	 * Renew a token.
	 * @return the answer; {@code null} if the refresh token is no longer accepted
	 */
	@Nullable AuthAnswer refresh(AAuthTarget target, Set<String> scopes, String refreshToken) {
		String resourceToken = this.resourceTokens.get(target);
		try {
			AuthAnswer answer = this.api.refresh(refreshToken, resourceToken, scopes);
			return (answer.token() != null) ? answer : null;
		}
		catch (LumoAuthDeniedException | LumoAuthAuthenticationException ex) {
			return null; // asked again without it
		}
	}

	/**
	 * Forget the refresh tokens of the agent.
	 */
	void forgetRefreshTokens() {
		this.generation.incrementAndGet();
		this.refreshTokens.clear();
	}

	private @Nullable AAuthTarget find(TokenTarget target) {
		AAuthTarget found = (target.resource() != null) ? this.byResource.get(target.resource()) : null;
		return (found == null && target.audience() != null) ? this.byResource.get(target.audience()) : found;
	}

	/**
	 * Return a target of {@code lumoauth.aauth.targets}.
	 * @throws IllegalArgumentException if there is no target with that name
	 */
	AAuthTarget named(String name) {
		String property = "lumoauth.aauth.targets." + name;
		AAuthTarget target = this.byProperty.get(property);
		Assert.notNull(target, () -> "There is no " + property + ": set " + property + ".resource");
		return target;
	}

	/**
	 * Return the target that is configured below a property; {@code null} if there is
	 * none.
	 */
	@Nullable AAuthTarget find(String property) {
		return this.byProperty.get(property);
	}

	/**
	 * Return all targets, in their order.
	 */
	Collection<AAuthTarget> all() {
		return this.byProperty.values();
	}

	AAuthAgent agent() {
		return this.agent;
	}

	AAuthApi api() {
		return this.api;
	}

	ResourceTokens resourceTokens() {
		return this.resourceTokens;
	}

	/**
	 * Return the address of LumoAuth.
	 */
	URI lumoAuth() {
		return URI.create(this.issuer);
	}

	/**
	 * Without addresses and tokens.
	 */
	@Override
	public String toString() {
		return "AAuthTargets" + this.byProperty.keySet();
	}

	/**
	 * The key of a refresh token.
	 */
	private record RefreshKey(String property, Set<String> scopes) {
	}

}
