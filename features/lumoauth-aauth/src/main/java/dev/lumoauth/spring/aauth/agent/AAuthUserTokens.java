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
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.Assert;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.SingleFlight;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.SigningInterceptor;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.TokenNames;
import dev.lumoauth.spring.user.UserRequiredException;

/**
 * Tokens with which the agent acts at a resource for the signed-in user, with the user's
 * consent at LumoAuth. Each token belongs to one user, identified by the name and the
 * kind of login, and is never used for another user. Tokens are kept in memory only, for
 * at most 10,000 combinations of user and resource, and are renewed as long as LumoAuth
 * accepts their refresh tokens. Replicas don't share these tokens: each replica asks a
 * user once. Thread-safe.
 *
 * @since 0.1.0
 */
public final class AAuthUserTokens {

	static final int MAX_ENTRIES = 10_000;

	/** A call with the token has to arrive before the token expires. */
	private static final Duration ENOUGH = Duration.ofSeconds(30);

	private final AAuthTargets targets;

	private final Map<Owner, Held> tokens = Collections
		.synchronizedMap(new LinkedHashMap<Owner, Held>(16, 0.75f, true) {

			private static final long serialVersionUID = 1L;

			@Override
			protected boolean removeEldestEntry(Map.Entry<Owner, Held> leastRecentlyUsed) {
				return size() > MAX_ENTRIES;
			}

		});

	private final SingleFlight<Flight, Held> flights;

	/** Results of an older generation are not kept. */
	private final AtomicLong generation = new AtomicLong();

	/**
	 * Create the tokens.
	 * @param targets the resources
	 */
	public AAuthUserTokens(AAuthTargets targets) {
		this.flights = new SingleFlight<>(targets.api().maxWait());
		this.targets = targets;
	}

	/**
	 * Return the token of the user for whom this thread works ({@link Caller#current()}).
	 * @param name the resource's name below {@code lumoauth.aauth.targets}, which has a
	 * {@code redirect-uri}
	 * @return a token that has not expired. A request carries the token with the scheme
	 * {@code Bearer} and is signed, as {@link #interceptor} does
	 * @throws AAuthConsentRequiredException if the user has to consent first
	 * @throws UserRequiredException if there is no user
	 * @throws LumoAuthDeniedException if LumoAuth or the resource refuses
	 * @throws LumoAuthUnavailableException if there was no answer
	 * @throws IllegalStateException if the resource has no {@code redirect-uri}
	 */
	public OAuth2AccessToken get(String name) {
		AAuthTarget target = this.targets.named(name);
		Owner owner = new Owner(target.property(), user());
		Held held = this.tokens.get(owner);
		try {
			OAuth2AccessToken token = good(held);
			return (token != null) ? token
					: this.flights.run(new Flight(owner, this.generation.get()), () -> load(target, owner)).require();
		}
		catch (CancellationException ex) {
			throw new LumoAuthUnavailableException(
					"Interrupted while waiting for a user's token for the resource of " + target.property(), ex);
		}
		catch (CompletionException ex) {
			throw new LumoAuthUnavailableException("LumoAuth has not answered within lumoauth.max-wait another "
					+ "thread's question for a user's token for the resource of " + target.property(), ex);
		}
	}

	/**
	 * Return an interceptor for a {@code RestClient} that adds the user's token to each
	 * request and signs the request. It has to be the client's last one. Requests to
	 * another origin than that of the resource are not sent. After a 401 another token is
	 * tried once, if there is a refresh token.
	 * @param name as in {@link #get}
	 * @return the interceptor, whose requests throw what {@link #get} throws
	 */
	public ClientHttpRequestInterceptor interceptor(String name) {
		AAuthTarget target = this.targets.named(name);
		redirectUri(target);
		return new UserTokenInterceptor(this, name, target.origin())
			.andThen(new SigningInterceptor(this.targets.agent().signer()));
	}

	/**
	 * Forget this thread's user's tokens for a resource. LumoAuth keeps the user's
	 * consent.
	 * @param name as in {@link #get}
	 */
	public void forget(String name) {
		Owner owner = new Owner(this.targets.named(name).property(), user());
		Held held = this.tokens.get(owner);
		if (held != null) {
			this.tokens.remove(owner, held);
		}
	}

	/**
	 * Forget the tokens of the affected users, with their refresh tokens. A token that is
	 * being fetched is not kept.
	 * @param agent whether the agent is affected, and so everybody
	 * @param meant whether a user with these names is affected
	 */
	void forget(boolean agent, Predicate<Set<String>> meant) {
		this.generation.incrementAndGet();
		this.tokens.entrySet().removeIf((kept) -> agent || meant.test(kept.getValue().names(kept.getKey())));
		if (agent) {
			this.targets.forgetRefreshTokens();
		}
	}

	/**
	 * Remove a token that was not accepted, but keep its refresh token.
	 * @return whether another token may be obtained without the user
	 */
	boolean discard(String name, OAuth2AccessToken token) {
		Owner owner = new Owner(this.targets.named(name).property(), user());
		Held held = this.tokens.get(owner);
		if (held == null) {
			return false;
		}
		if (held.token() != null && held.token().getTokenValue().equals(token.getTokenValue())) {
			this.tokens.replace(owner, held, new Held(null, held.refreshToken(), held.jkt()));
		}
		return held.refreshToken() != null;
	}

	private static String user() {
		String user = Caller.current().name();
		if (user == null) {
			throw new UserRequiredException("A resource is called on behalf of a user, but no user is signed in on "
					+ "this thread: sign the user in with Spring Security", null);
		}
		return user;
	}

	private Held load(AAuthTarget target, Owner owner) {
		long generation = this.generation.get();
		Held held = this.tokens.get(owner);
		if (held != null && good(held) != null) {
			return held;
		}
		String refreshToken = (held != null) ? held.refreshToken() : null;
		if (held != null && refreshToken != null) {
			String jkt = this.targets.keyThumbprint();
			AuthAnswer renewed = this.targets.refresh(target, target.scopes(), refreshToken);
			if (renewed != null) {
				return keep(target, owner, renewed,
						(renewed.refreshToken() != null) ? renewed.refreshToken() : refreshToken, jkt, generation);
			}
			this.tokens.remove(owner, held);
		}
		throw consentRequired(target, owner);
	}

	private RuntimeException consentRequired(AAuthTarget target, Owner owner) {
		String redirectUri = redirectUri(target);
		AuthAnswer answer = this.targets.api()
			.auth(this.targets.resourceTokens().get(target), target.scopes(), redirectUri);
		Consent consent = answer.consent();
		if (consent == null) {
			return new LumoAuthDeniedException("LumoAuth asks no user for consent to the resource of "
					+ target.property() + ". It gives the token to the agent itself: call the resource with "
					+ AAuthClients.class.getName(), "no_user", null);
		}
		if (!Origin.of(this.targets.lumoAuth()).equals(Origin.of(consent.authorizationUri()))) {
			return new LumoAuthProtocolException("LumoAuth asks for consent at an origin that is not the origin of "
					+ "lumoauth.url. The user is not sent there: set lumoauth.url to LumoAuth's address for browsers",
					null);
		}
		return new AAuthConsentRequiredException(target, owner.user(), consent);
	}

	private static String redirectUri(AAuthTarget target) {
		URI redirectUri = target.redirectUri();
		Assert.state(redirectUri != null, () -> "No user can be asked for consent: set " + target.property()
				+ ".redirect-uri to an address of this application that is registered for the agent at LumoAuth");
		return redirectUri.toString();
	}

	/**
	 * Redeem the code with which a user was sent back.
	 * @param target the resource
	 * @param user the user who was asked
	 * @param subject the user's subject at LumoAuth; {@code null} = not known
	 * @param code the code
	 */
	void redeem(AAuthTarget target, String user, @Nullable String subject, String code) {
		String jkt = this.targets.keyThumbprint();
		long generation = this.generation.get();
		AuthAnswer answer = this.targets.api().code(code, redirectUri(target));
		OAuth2AccessToken token = answer.token();
		if (subject != null && (token == null || !subject.equals(claims(token).getSubject()))) {
			throw new LumoAuthDeniedException("The user who is signed in here is not the user who consented at "
					+ "LumoAuth for the resource of " + target.property(), "access_denied", null);
		}
		Held redeemed = keep(target, new Owner(target.property(), user), answer, answer.refreshToken(), jkt,
				generation);
		Assert.state(redeemed.token() != null, "LumoAuth gave no token for a code");
	}

	/**
	 * A code is valid for any consent that LumoAuth sends back here: only the token says
	 * what it is for.
	 */
	private Held keep(AAuthTarget target, Owner owner, AuthAnswer answer, @Nullable String refreshToken, String jkt,
			long generation) {
		OAuth2AccessToken token = answer.token();
		if (token == null || !isFor(target, token)) {
			throw new LumoAuthProtocolException(
					"LumoAuth gave a user's token that is not for the resource of " + target.property(), null);
		}
		Held held = new Held(token, refreshToken, jkt);
		this.tokens.put(owner, held);
		if (generation != this.generation.get()) {
			this.tokens.remove(owner, held);
		}
		return held;
	}

	private static boolean isFor(AAuthTarget target, OAuth2AccessToken token) {
		return List.of(target.resource()).equals(claims(token).getAudience());
	}

	private static JWTClaimsSet claims(OAuth2AccessToken token) {
		try {
			return SignedJWT.parse(token.getTokenValue()).getJWTClaimsSet();
		}
		catch (ParseException ex) {
			return new JWTClaimsSet.Builder().build();
		}
	}

	private @Nullable OAuth2AccessToken good(@Nullable Held held) {
		OAuth2AccessToken token = (held != null) ? held.token() : null;
		if (held == null || token == null || !held.jkt().equals(this.targets.keyThumbprint())) {
			return null;
		}
		Instant end = token.getExpiresAt();
		return (end != null && end.minus(ENOUGH).isAfter(this.targets.agent().clock().instant())) ? token : null;
	}

	/**
	 * Return how many tokens are kept.
	 */
	int size() {
		return this.tokens.size();
	}

	AAuthTargets targets() {
		return this.targets;
	}

	/**
	 * A request for a token, with the generation in which it started.
	 */
	private record Flight(Owner owner, long generation) {
	}

	/**
	 * The user and the resource of a token.
	 *
	 * @param property the property below which the resource is configured
	 * @param user the user's name
	 */
	private record Owner(String property, String user) {
	}

	/**
	 * A user's token.
	 *
	 * @param token the token; {@code null} if it was not accepted
	 * @param refreshToken the refresh token; {@code null} if the token can't be renewed
	 * @param jkt the thumbprint of the key to which the token is bound
	 */
	private record Held(@Nullable OAuth2AccessToken token, @Nullable String refreshToken, String jkt) {

		/**
		 * The names of the user in the token. They are not known for a token that was
		 * removed.
		 */
		Set<String> names(Owner owner) {
			Set<String> names = new HashSet<>(
					(this.token != null) ? TokenNames.of(this.token.getTokenValue()) : Set.of());
			if (!names.isEmpty()) {
				names.add(owner.user());
			}
			return names;
		}

		OAuth2AccessToken require() {
			Assert.state(this.token != null, "The token was removed");
			return this.token;
		}

		/**
		 * Without the tokens.
		 */
		@Override
		public String toString() {
			return "Held[" + this.jkt + "]";
		}

	}

}
