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

package dev.lumoauth.spring.mcp.transport;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ResourceDeniedException;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.mcp.McpConnectionAddress;
import dev.lumoauth.spring.token.CallTokens;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.RefusedRequest;
import dev.lumoauth.spring.token.RefusedRequestHandler.SingleUseToken;
import dev.lumoauth.spring.token.RequestSigner;
import dev.lumoauth.spring.token.TokenTarget;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * The tokens of one party's session with one server, and where they may be sent. This
 * class decides what to do if the server doesn't accept a token, for every kind of
 * transport.
 */
final class BearerTokens {

	private final String connection;

	private final Origin origin;

	private final StepUp stepUp;

	private final Supplier<TokenTarget> configured;

	private final Supplier<LumoAuthTokens> tokens;

	private final @Nullable UserToken user;

	private final @Nullable RequestSigner signer;

	private final CallRequestObservations observations;

	private final BooleanSupplier listening;

	private volatile @Nullable TokenTarget target;

	/**
	 * Create the tokens of a session.
	 * @param endpoint the connection; the tokens are sent only to its origin
	 * @param target supplies the target of the tokens; may block
	 * @param tokens supplies the source of the tokens
	 * @param user the user for whom the agent acts; {@code null} if the agent acts for
	 * itself
	 * @param signer signs each request; {@code null} = requests are not signed
	 * @param observations observe the requests of calls
	 * @param listening whether the session may hold a stream for the server's messages
	 * that belong to no call
	 */
	BearerTokens(McpConnectionAddress endpoint, Supplier<TokenTarget> target, Supplier<LumoAuthTokens> tokens,
			@Nullable UserToken user, @Nullable RequestSigner signer, CallRequestObservations observations,
			BooleanSupplier listening) {
		this.observations = observations;
		this.listening = listening;
		this.connection = endpoint.connection().name();
		this.origin = endpoint.origin();
		this.stepUp = new StepUp(endpoint);
		this.configured = target;
		this.tokens = tokens;
		this.user = user;
		this.signer = signer;
	}

	/**
	 * Return the signer of requests. Each request is signed after its token is attached.
	 * @return the signer; {@code null} if requests are not signed
	 */
	@Nullable RequestSigner signer() {
		return this.signer;
	}

	CallRequestObservations observations() {
		return this.observations;
	}

	/**
	 * Return whether a request may open a stream. If the session must not listen, only a
	 * request that resumes the stream of a call may open one.
	 * @param lastEvent the last event of the stream that the request resumes;
	 * {@code null} if it resumes none
	 */
	boolean isListening(@Nullable String lastEvent) {
		return lastEvent != null || this.listening.getAsBoolean();
	}

	/**
	 * Make sure that a request goes where the token belongs.
	 * @param uri the request's address
	 * @throws IllegalStateException if it goes elsewhere
	 */
	void checkOrigin(URI uri) {
		if (!this.origin.equals(Origin.of(uri))) {
			throw new IllegalStateException("The token of MCP connection '" + this.connection + "' belongs to "
					+ this.origin + " and is not sent to " + Origin.of(uri));
		}
	}

	/**
	 * Return the token if it is in memory. Never blocks.
	 * @return the token, or {@code null} if it has to be requested
	 */
	@Nullable OAuth2AccessToken known() {
		TokenTarget current = this.target;
		return (current != null) ? this.tokens.get().cached(current, this.user) : null;
	}

	/**
	 * Return the token. Blocks if LumoAuth has to be asked.
	 * @return a token that has not expired
	 */
	OAuth2AccessToken get() {
		return exchanged(target());
	}

	/**
	 * Return the token of its own that a call has for this server. May block.
	 * @param call the tokens of the call
	 * @return the token, for the request of this call only; {@code null} if the call has
	 * none
	 */
	@Nullable OAuth2AccessToken ofCall(CallTokens call) {
		return call.tokenFor(this.tokens.get(), target(), this.user);
	}

	/**
	 * The token of the session, whichever call runs on this thread.
	 */
	private OAuth2AccessToken exchanged(TokenTarget target) {
		return CallTokens.call(CallTokens.NONE, () -> this.tokens.get().exchange(target, this.user));
	}

	private TokenTarget target() {
		TokenTarget current = this.target;
		if (current == null) {
			current = this.configured.get();
			this.target = current;
		}
		return current;
	}

	/**
	 * Attach a token to a request. This is done again for each request that is sent.
	 * @param token the token
	 * @param method the request's method
	 * @param uri the request's address
	 * @param nonce the result of {@link #nonceWanted} for the previous request
	 * @param headers sets a header
	 */
	void attach(OAuth2AccessToken token, String method, URI uri, @Nullable String nonce,
			BiConsumer<String, String> headers) {
		this.tokens.get().attachment().attach(token, method, uri, nonce, headers);
	}

	/**
	 * Read what an answer says about the proof of possession, and remember the nonce that
	 * it gives.
	 * @return the nonce with which the request has to be sent again, or {@code null}
	 */
	@Nullable String nonceWanted(OAuth2AccessToken token, URI uri, int status, Function<String, List<String>> headers) {
		return this.tokens.get().attachment().nonceWanted(token, uri, status, headers);
	}

	/**
	 * Read why a request was refused.
	 * @return the challenge, or {@code null} if the token was accepted
	 */
	@Nullable Challenge challenge(OAuth2AccessToken token, int status, Function<String, List<String>> headers) {
		return this.tokens.get().attachment().isNonceRefused(token, status, headers)
				? new Challenge(Challenge.Kind.NONCE, Set.of(), (name) -> List.of()) : Challenge.of(status, headers);
	}

	/**
	 * Return another token after one was not accepted. Blocks.
	 * @param challenge what the server said
	 * @param rejected the token
	 * @return another token to try
	 * @throws LumoAuthDeniedException if there is none
	 * @throws CapabilityDeniedException if the server asks for scopes that LumoAuth does
	 * not grant, or that the application names and the token lacks
	 */
	OAuth2AccessToken after(Challenge challenge, OAuth2AccessToken rejected) {
		return switch (challenge.kind()) {
			case UNAUTHORIZED -> replacement(rejected);
			case INSUFFICIENT_SCOPE -> withScopes(challenge, rejected);
			case NONCE, FORBIDDEN -> throw failure(challenge, rejected);
		};
	}

	private OAuth2AccessToken replacement(OAuth2AccessToken rejected) {
		this.tokens.get().discard(rejected);
		OAuth2AccessToken replacement = get();
		if (replacement.getTokenValue().equals(rejected.getTokenValue())) {
			throw failure(new Challenge(Challenge.Kind.UNAUTHORIZED, Set.of(), (name) -> List.of()), rejected);
		}
		return replacement;
	}

	/**
	 * The scopes that the token had are requested again: the answer for one tool must not
	 * take a scope from another tool.
	 */
	private OAuth2AccessToken withScopes(Challenge challenge, OAuth2AccessToken rejected) {
		TokenTarget current = (this.target != null) ? this.target : this.configured.get();
		Set<String> scopes = new LinkedHashSet<>(current.scopes());
		scopes.addAll(rejected.getScopes());
		Set<String> added = this.stepUp.allowed(challenge);
		added.removeAll(scopes);
		if (added.isEmpty()) {
			throw failure(challenge, rejected);
		}
		scopes.addAll(added);
		TokenTarget wider = current.withScopes(scopes);
		try {
			OAuth2AccessToken token = exchanged(wider);
			this.target = wider;
			return token;
		}
		catch (LumoAuthDeniedException ex) {
			throw StepUp.denied(added, ex);
		}
	}

	/**
	 * Offer the refused call of a tool to the feature that may have it sent again. May
	 * block.
	 * @param challenge what the server said
	 * @return the token to send the call with, once, or nothing
	 */
	CompletableFuture<Optional<SingleUseToken>> refused(Challenge challenge) {
		boolean forbidden = challenge.kind() == Challenge.Kind.FORBIDDEN
				|| challenge.kind() == Challenge.Kind.INSUFFICIENT_SCOPE;
		return forbidden ? this.tokens.get()
			.refused(new RefusedRequest(target().withScopes(this.stepUp.scopes()), this.origin, challenge.headers(),
					this.user))
				: CompletableFuture.completedFuture(Optional.empty());
	}

	/**
	 * Return the failure for a challenge that another token can't answer.
	 * @param challenge what the server said
	 * @param rejected the token that it did not accept
	 * @return the exception, for people
	 */
	RuntimeException failure(Challenge challenge, OAuth2AccessToken rejected) {
		return switch (challenge.kind()) {
			case UNAUTHORIZED -> new LumoAuthDeniedException(
					"The server of MCP connection '" + this.connection + "' at " + this.origin
							+ " does not accept the token that LumoAuth issued for it or for one call (401). "
							+ "Compare lumoauth.mcp.connections." + this.connection
							+ ".audience and .resource with the audience and the issuer that the server expects",
					"invalid_token", null);
			case NONCE -> new LumoAuthUnavailableException("The server of MCP connection '" + this.connection + "' at "
					+ this.origin
					+ " requires a nonce in each proof of possession, but accepts none of the nonces that it has "
					+ "sent (401 use_dpop_nonce): the server has to be corrected", null);
			case INSUFFICIENT_SCOPE -> this.stepUp.refusal(challenge, rejected.getScopes());
			case FORBIDDEN -> new ResourceDeniedException("The server of MCP connection '" + this.connection + "' at "
					+ this.origin + " refused the request (403) and asks for no scope that would help");
		};
	}

}
