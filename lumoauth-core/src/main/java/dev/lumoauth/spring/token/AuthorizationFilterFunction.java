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

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;

import dev.lumoauth.spring.call.ReactiveCallContext;
import dev.lumoauth.spring.token.RequestAuthorizer.Sender;
import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;

/**
 * Adds tokens to the requests of a {@code WebClient}, by the rules of
 * {@link AuthorizationInterceptor}.
 * <p>
 * The filter records the user for whom the agent acts on the thread that builds the
 * request (see {@link #configuration()}), since another thread may subscribe. A token
 * that is not in memory is fetched on {@link Schedulers#boundedElastic()}, never on an
 * event loop. A request is sent again after a 401, so a body from a publisher must allow
 * two subscriptions.
 * <p>
 * A request is not offered to a {@link RefusedRequestHandler}: after a 403 the answer
 * goes to the caller.
 * <p>
 * Use it with a connector that does not follow redirects: they are followed below the
 * filters, so the token would be sent along.
 *
 * @since 0.1.0
 */
public final class AuthorizationFilterFunction implements ExchangeFilterFunction {

	private static final String CALLER = AuthorizationFilterFunction.class.getName() + ".CALLER";

	private final RequestAuthorizer requests;

	/**
	 * Create a filter.
	 * @param requests decides which request gets which token
	 */
	public AuthorizationFilterFunction(RequestAuthorizer requests) {
		this.requests = requests;
	}

	/**
	 * Return a customizer that adds this filter to a client, and records the user for
	 * whom the agent acts ({@link UserScope#current()}) when a request is built.
	 * @return for {@code WebClient.Builder.apply}
	 */
	public Consumer<WebClient.Builder> configuration() {
		return (builder) -> builder
			.defaultRequest(
					(request) -> request.attributes((attributes) -> attributes.put(CALLER, Sender.ofThisThread())))
			.filter(this);
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		return Mono.deferContextual((context) -> {
			RequestAuthorization authorization = this.requests.authorization(request.url(), request.headers(),
					request.attributes(), () -> sender(request, context));
			return (authorization != null) ? send(request, next, authorization) : next.exchange(request);
		});
	}

	/**
	 * Return the party for whom the request was built, unless it is sent for another one:
	 * in a stream the context says for whom, and threads are not consulted. The call that
	 * sends the request, whose own tokens it may have, is the call whose stream this is,
	 * or else the call that built the request. A thread that only passes the request on
	 * does not matter.
	 */
	private static Sender sender(ClientRequest request, ContextView context) {
		if (!(request.attributes().get(CALLER) instanceof Sender sender)) {
			throw new IllegalStateException("The request does not say for whom it is made: add the filter with "
					+ "WebClient.Builder.apply(filter.configuration())");
		}
		UserToken sending = ReactiveUserScope.current(context);
		if (sending != null && !sending.equals(sender.user())) {
			throw new IllegalStateException(
					"The request was made for one user and is sent for another: make a request for each");
		}
		CallTokens ofStream = CallTokens.known(ReactiveCallContext.of(context));
		return new Sender(sender.user(), (ofStream != null) ? ofStream : sender.call(), sender.caller());
	}

	private static Mono<ClientResponse> send(ClientRequest request, ExchangeFunction next,
			RequestAuthorization authorization) {
		return token(authorization).flatMap((token) -> exchange(request, next, authorization, token)
			.flatMap((response) -> authorization.isRejected(token, response.statusCode(), response.headers()::header)
					? another(authorization, token, response)
						.flatMap((other) -> response.releaseBody()
							.onErrorComplete()
							.then(exchange(request, next, authorization, other)))
						.switchIfEmpty(Mono.just(response))
					: Mono.just(response)));
	}

	/**
	 * Another token, or nothing. If there is none, the answer is released as well.
	 */
	private static Mono<OAuth2AccessToken> another(RequestAuthorization authorization, OAuth2AccessToken rejected,
			ClientResponse response) {
		Mono<Void> release = response.releaseBody().onErrorComplete();
		return token(authorization).filter((token) -> RequestAuthorization.isAnother(token, rejected))
			.onErrorResume((failure) -> release.then(Mono.error(failure)))
			.doOnCancel(release::subscribe);
	}

	private static Mono<OAuth2AccessToken> token(RequestAuthorization authorization) {
		return Mono.defer(() -> {
			OAuth2AccessToken cached = authorization.cachedToken();
			return (cached != null) ? Mono.just(cached)
					: Mono.fromSupplier(authorization::token).subscribeOn(Schedulers.boundedElastic());
		});
	}

	/**
	 * Send a request, and send it again if its proof lacks the nonce that the server
	 * wants.
	 */
	private static Mono<ClientResponse> exchange(ClientRequest request, ExchangeFunction next,
			RequestAuthorization authorization, OAuth2AccessToken token) {
		TokenAttachment attachment = authorization.attachment();
		return Mono.defer(() -> next.exchange(authorized(request, token, null, attachment))).flatMap((response) -> {
			String nonce = nonceWanted(request, attachment, token, response);
			return (nonce != null) ? response.releaseBody()
				.onErrorComplete()
				.then(Mono.defer(() -> next.exchange(authorized(request, token, nonce, attachment))))
				// For the next request.
				.doOnNext((second) -> nonceWanted(request, attachment, token, second)) : Mono.just(response);
		});
	}

	private static @Nullable String nonceWanted(ClientRequest request, TokenAttachment attachment,
			OAuth2AccessToken token, ClientResponse response) {
		return attachment.nonceWanted(token, request.url(), response.statusCode().value(), response.headers()::header);
	}

	private static ClientRequest authorized(ClientRequest request, OAuth2AccessToken token, @Nullable String nonce,
			TokenAttachment attachment) {
		return ClientRequest.from(request)
			.headers((headers) -> attachment.attach(token, request.method().name(), request.url(), nonce, headers::set))
			.build();
	}

}
