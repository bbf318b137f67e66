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
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.token.CallTokens;
import dev.lumoauth.spring.token.RefusedRequestHandler.SingleUseToken;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * Sends the requests of a session with its tokens, by whatever client. A token that the
 * server does not accept is replaced, and the request is sent again, once for each
 * reason. No thread waits meanwhile.
 *
 * @param tokens the tokens of the session
 */
record BearerExchange(BearerTokens tokens) {

	/**
	 * Send a request.
	 * @param uri where it goes, which must be where the tokens belong
	 * @param call what it belongs to
	 * @param client sends it
	 * @return the answer to a token that was accepted; fails with the exception for
	 * people
	 */
	<R> Mono<R> send(URI uri, McpCall call, Client<R> client) {
		return Mono.defer(() -> {
			this.tokens.checkOrigin(uri);
			Request<R> request = new Request<>(uri, call, client);
			Mono<R> answer = (call.tokens() == CallTokens.NONE) ? ordinary(request)
					: call.blocking(() -> this.tokens.ofCall(call.tokens()))
						// No other token is sent instead of the call's own.
						.map((token) -> send(request, token, EnumSet.allOf(Challenge.Kind.class)))
						.defaultIfEmpty(ordinary(request))
						.flatMap((sent) -> sent);
			McpCallEnd end = call.end();
			// takeUntilOther would not cancel the request.
			return (end != null) ? Mono.firstWithSignal(end.failing(), answer) : answer;
		});
	}

	private <R> Mono<R> ordinary(Request<R> request) {
		return Mono.defer(() -> {
			OAuth2AccessToken known = this.tokens.known();
			Mono<OAuth2AccessToken> token = (known != null) ? Mono.just(known)
					: request.call.blocking(this.tokens::get);
			return token.flatMap((bearer) -> send(request, bearer, EnumSet.noneOf(Challenge.Kind.class)));
		});
	}

	/**
	 * @param answered the kinds of challenges that were answered already: each kind is
	 * answered once
	 */
	private <R> Mono<R> send(Request<R> request, OAuth2AccessToken token, Set<Challenge.Kind> answered) {
		return attempt(request, token, null, (challenge) -> {
			Mono<OAuth2AccessToken> other = answered.add(challenge.kind())
					? request.call.blocking(() -> this.tokens.after(challenge, token))
					: Mono.error(() -> this.tokens.failure(challenge, token));
			return other.map((another) -> send(request, another, answered))
				.onErrorResume((failure) -> Mono.just(sentAgain(request, challenge, () -> failure)))
				.flatMap((sent) -> sent);
		});
	}

	/**
	 * Send the call of a tool again, with the token that somebody has for it.
	 * @param failure supplies the failure if there is no such token
	 */
	private <R> Mono<R> sentAgain(Request<R> request, Challenge challenge, Supplier<? extends Throwable> failure) {
		return !request.call.ofTool() ? Mono.error(failure) : request.call
			.blocking(() -> this.tokens.refused(challenge))
			.flatMap((coming) -> Mono.fromFuture(coming, true).doOnCancel(() -> SingleUseToken.abandon(coming)))
			.flatMap((token) -> token.map((once) -> sendOnce(request, once)).orElseGet(() -> Mono.error(failure)));
	}

	private <R> Mono<R> sendOnce(Request<R> request, SingleUseToken once) {
		OAuth2AccessToken token = once.token();
		return attempt(request, token, null, (challenge) -> Mono.<R>error(() -> this.tokens.failure(challenge, token)))
			.doOnSuccess((answer) -> once.end(true))
			.doOnError((failure) -> once.end(false))
			.doOnCancel(() -> once.end(false));
	}

	/**
	 * Send a request. Send it again if its proof lacks the nonce that the server
	 * requires.
	 */
	private <R> Mono<R> attempt(Request<R> request, OAuth2AccessToken token, @Nullable String nonce,
			Function<Challenge, Mono<R>> refused) {
		return Mono.defer(() -> {
			Verdict verdict = new Verdict(this.tokens, request.uri, token);
			return request.client.send(token, nonce, verdict).flatMap((answer) -> {
				if (verdict.nonce != null && nonce == null) {
					return attempt(request, token, verdict.nonce, refused);
				}
				return (verdict.challenge == null) ? Mono.just(answer) : refused.apply(verdict.challenge);
			});
		});
	}

	/**
	 * A client that sends a request.
	 *
	 * @param <R> the type of the answer
	 */
	@FunctionalInterface
	interface Client<R> {

		/**
		 * Send the request.
		 * @param token the token to attach
		 * @param nonce the nonce for the proof of possession, if the server requires one
		 * @param verdict is asked with the head of the answer
		 * @return the answer; its body is not read if the token was not accepted
		 */
		Mono<R> send(OAuth2AccessToken token, @Nullable String nonce, Verdict verdict);

	}

	/**
	 * What the head of one answer says about the token.
	 */
	static final class Verdict {

		private final BearerTokens tokens;

		private final URI uri;

		private final OAuth2AccessToken token;

		private volatile @Nullable String nonce;

		private volatile @Nullable Challenge challenge;

		private Verdict(BearerTokens tokens, URI uri, OAuth2AccessToken token) {
			this.tokens = tokens;
			this.uri = uri;
			this.token = token;
		}

		/**
		 * Read the head of the answer.
		 * @param status the status
		 * @param headers gives the values of a header
		 * @return whether the token was accepted
		 */
		boolean isAccepted(int status, Function<String, List<String>> headers) {
			this.nonce = this.tokens.nonceWanted(this.token, this.uri, status, headers);
			this.challenge = this.tokens.challenge(this.token, status, headers);
			return this.challenge == null;
		}

	}

	/**
	 * A request, each time it is sent.
	 */
	private record Request<R>(URI uri, McpCall call, Client<R> client) {
	}

}
