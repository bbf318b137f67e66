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

import dev.lumoauth.spring.token.RequestSigner;
import dev.lumoauth.spring.token.SigningExchangeFilterFunction;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Adds the token to each request of a {@code WebClient}, as {@link BearerHttpClient} does
 * for the JDK's client.
 *
 * @param tokens the tokens
 */
record BearerExchangeFilter(BearerTokens tokens) implements ExchangeFilterFunction {

	/**
	 * Instead of a session that must not listen, this class answers that the server holds
	 * no stream open.
	 */
	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		if (request.method().equals(HttpMethod.GET)
				&& !this.tokens.isListening(request.headers().getFirst(BearerHttpClient.LAST_EVENT))) {
			return Mono.just(ClientResponse.create(HttpStatus.METHOD_NOT_ALLOWED).build());
		}
		RequestSigner signer = this.tokens.signer();
		ExchangeFunction signing = (signer != null)
				? (prepared) -> new SigningExchangeFilterFunction(signer).filter(prepared, next) : next;
		return Mono.deferContextual((context) -> {
			McpCall call = request.method().equals(HttpMethod.POST) ? McpCall.of(context) : McpCall.NONE;
			Mono<ClientResponse> answer = new BearerExchange(this.tokens)
				.send(request.url(), call, (token, nonce, verdict) -> signing
					.exchange(ClientRequest.from(request)
						.headers((headers) -> this.tokens.attach(token, request.method().name(), request.url(), nonce,
								headers::set))
						.build())
					.flatMap((response) -> verdict.isAccepted(response.statusCode().value(), response.headers()::header)
							? Mono.just(response) : response.releaseBody().thenReturn(response)));
			McpCallEnd end = call.end();
			return (end != null) ? answer.map((response) -> ending(response, end)) : answer;
		});
	}

	/**
	 * An answer that has begun is completed: after a failure, the transport would ask for
	 * the rest.
	 */
	private static ClientResponse ending(ClientResponse response, McpCallEnd end) {
		return response.mutate().body((content) -> content.takeUntilOther(end.abandoned())).build();
	}

}
