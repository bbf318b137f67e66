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

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

import dev.lumoauth.spring.token.CallTokens;
import dev.lumoauth.spring.token.RefusedRequestHandler.SingleUseToken;
import dev.lumoauth.spring.token.RequestSigner;
import dev.lumoauth.spring.token.SigningExchangeFilterFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Adds the token to each request of a {@code WebClient}, as {@link BearerHttpClient} does
 * for the JDK's client.
 */
final class BearerExchangeFilter implements ExchangeFilterFunction {

	private final BearerTokens tokens;

	private final @Nullable SigningExchangeFilterFunction signing;

	BearerExchangeFilter(BearerTokens tokens) {
		this.tokens = tokens;
		RequestSigner signer = tokens.signer();
		this.signing = (signer != null) ? new SigningExchangeFilterFunction(signer) : null;
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		return Mono.deferContextual((context) -> {
			this.tokens.checkOrigin(request.url());
			McpCall call = request.method().equals(HttpMethod.POST) ? McpCall.here(context) : null;
			Mono<ClientResponse> ordinary = Mono.defer(() -> ordinary(request, next, call != null));
			Mono<ClientResponse> response = (call != null && call.tokens() != CallTokens.NONE)
					? Mono.fromCallable(CallerTrace.in(context, () -> this.tokens.ofCall(call.tokens())))
						.subscribeOn(Schedulers.boundedElastic())
						.map((token) -> sendCall(request, next, token))
						.defaultIfEmpty(ordinary)
						.flatMap((answer) -> answer)
					: ordinary;
			return (call != null && call.end() != null) ? ending(response, call.end()) : response;
		});
	}

	/**
	 * An answer that has begun is completed: after a failure, the transport would ask for
	 * the rest.
	 */
	private static Mono<ClientResponse> ending(Mono<ClientResponse> response, McpCallEnd end) {
		return response
			.map((answer) -> answer.mutate().body((content) -> content.takeUntilOther(end.abandoned())).build())
			.takeUntilOther(end.failing());
	}

	private Mono<ClientResponse> ordinary(ClientRequest request, ExchangeFunction next, boolean call) {
		OAuth2AccessToken known = this.tokens.known();
		Mono<OAuth2AccessToken> token = (known != null) ? Mono.just(known) : blocking(this.tokens::get);
		return token.flatMap((bearer) -> send(request, next, bearer, EnumSet.noneOf(Challenge.Kind.class), call));
	}

	/**
	 * The own token of a call is sent once, and no other token is sent instead.
	 */
	private Mono<ClientResponse> sendCall(ClientRequest request, ExchangeFunction next, OAuth2AccessToken token) {
		return exchange(request, next, token).flatMap((response) -> {
			Challenge challenge = challenge(response, token);
			return (challenge == null) ? Mono.just(response) : response.releaseBody()
				.then(sentAgain(request, next, challenge, () -> this.tokens.failureOfCall(challenge, token)));
		});
	}

	/**
	 * Send the call of a tool again, with the token that somebody has for it.
	 * @param failure supplies the failure if there is no such token
	 */
	private Mono<ClientResponse> sentAgain(ClientRequest request, ExchangeFunction next, Challenge challenge,
			Supplier<? extends Throwable> failure) {
		return Mono.fromCallable(() -> this.tokens.refused(challenge))
			.subscribeOn(Schedulers.boundedElastic())
			.flatMap((coming) -> Mono.fromFuture(coming, true).doOnCancel(() -> SingleUseToken.abandon(coming)))
			.flatMap((answer) -> answer.map((token) -> sendOnce(request, next, token))
				.orElseGet(() -> Mono.error(failure)));
	}

	private Mono<ClientResponse> sendOnce(ClientRequest request, ExchangeFunction next, SingleUseToken once) {
		OAuth2AccessToken token = once.token();
		return exchange(request, next, token).doOnError((failure) -> once.end(false))
			.doOnCancel(() -> once.end(false))
			.flatMap((response) -> {
				Challenge challenge = challenge(response, token);
				once.end(challenge == null);
				return (challenge == null) ? Mono.just(response)
						: response.releaseBody().then(Mono.error(() -> this.tokens.failureOfCall(challenge, token)));
			});
	}

	private Mono<ClientResponse> send(ClientRequest request, ExchangeFunction next, OAuth2AccessToken token,
			Set<Challenge.Kind> answered, boolean call) {
		return exchange(request, next, token).flatMap((response) -> {
			Challenge challenge = challenge(response, token);
			if (challenge == null) {
				this.tokens.accepted(token);
				return Mono.just(response);
			}
			Mono<OAuth2AccessToken> other = answered.add(challenge.kind())
					? blocking(() -> this.tokens.after(challenge, token))
					: Mono.error(() -> this.tokens.failure(challenge, token));
			return response.releaseBody()
				.then(other.map((another) -> send(request, next, another, answered, call))
					.onErrorResume((failure) -> call ? Mono.just(sentAgain(request, next, challenge, () -> failure))
							: Mono.error(failure)))
				.flatMap((answer) -> answer);
		});
	}

	private @Nullable Challenge challenge(ClientResponse response, OAuth2AccessToken token) {
		return this.tokens.challenge(token, response.statusCode().value(), response.headers()::header);
	}

	/**
	 * Send a request. Send it again if its proof lacks the nonce that the server
	 * requires.
	 */
	private Mono<ClientResponse> exchange(ClientRequest request, ExchangeFunction next, OAuth2AccessToken token) {
		SigningExchangeFilterFunction signing = this.signing;
		ExchangeFunction signed = (signing != null) ? (prepared) -> signing.filter(prepared, next) : next;
		return Mono.defer(() -> signed.exchange(authorized(request, token, null))).flatMap((response) -> {
			String nonce = nonceWanted(request, token, response);
			return (nonce != null) ? response.releaseBody()
				.then(Mono.defer(() -> signed.exchange(authorized(request, token, nonce))))
				.doOnNext((second) -> nonceWanted(request, token, second)) : Mono.just(response);
		});
	}

	private @Nullable String nonceWanted(ClientRequest request, OAuth2AccessToken token, ClientResponse response) {
		return this.tokens.nonceWanted(token, request.url(), response.statusCode().value(), response.headers()::header);
	}

	private ClientRequest authorized(ClientRequest request, OAuth2AccessToken token, @Nullable String nonce) {
		return ClientRequest.from(request)
			.headers(
					(headers) -> this.tokens.attach(token, request.method().name(), request.url(), nonce, headers::set))
			.build();
	}

	/**
	 * A request to LumoAuth blocks, and an event loop must not block.
	 */
	private static Mono<OAuth2AccessToken> blocking(Supplier<OAuth2AccessToken> call) {
		return Mono.deferContextual((context) -> Mono.fromCallable(CallerTrace.in(context, call::get)))
			.subscribeOn(Schedulers.boundedElastic());
	}

}
