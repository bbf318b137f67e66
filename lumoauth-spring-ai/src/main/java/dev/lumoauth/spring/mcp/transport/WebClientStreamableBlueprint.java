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

import io.modelcontextprotocol.spec.McpClientTransport;
import dev.lumoauth.spring.tool.PrivateField;
import reactor.core.publisher.Mono;

import org.springframework.ai.mcp.client.webflux.transport.WebClientStreamableHttpTransport;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Streamable HTTP over a {@code WebClient}.
 */
final class WebClientStreamableBlueprint implements TransportBlueprint {

	private final WebClientStreamableHttpTransport.Builder builder;

	private static final PrivateField<WebClient> CLIENT = PrivateField.of(WebClientStreamableHttpTransport.class,
			"webClient", WebClient.class);

	private final WebClient client;

	/**
	 * Create a blueprint from a transport and its builder.
	 * @param transport the transport, whose {@code WebClient} is used again
	 * @param builder the builder, after the application's customizers
	 */
	WebClientStreamableBlueprint(WebClientStreamableHttpTransport transport,
			WebClientStreamableHttpTransport.Builder builder) {
		this.builder = builder;
		this.client = CLIENT.get(transport);
	}

	@Override
	public synchronized McpClientTransport build(BearerTokens tokens) {
		return this.builder
			.webClientBuilder(this.client.mutate().filter(listening(tokens)).filter(new BearerExchangeFilter(tokens)))
			.build();
	}

	/**
	 * Answers in place of the server that it holds no stream open, if the session must
	 * not listen.
	 */
	private static ExchangeFilterFunction listening(BearerTokens tokens) {
		return (request,
				next) -> (request.method().equals(HttpMethod.GET)
						&& !tokens.isListening(request.headers().getFirst(BearerHttpClient.LAST_EVENT)))
								? Mono.just(ClientResponse.create(HttpStatus.METHOD_NOT_ALLOWED).build())
								: next.exchange(request);
	}

}
