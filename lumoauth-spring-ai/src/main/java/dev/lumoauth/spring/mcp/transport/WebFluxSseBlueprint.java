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

import io.modelcontextprotocol.client.transport.SseMessageEndpointValidator;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpTransportSessionNotFoundException;
import dev.lumoauth.spring.tool.PrivateField;

import org.springframework.ai.mcp.client.webflux.transport.WebFluxSseClientTransport;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;

import java.net.ConnectException;

import reactor.core.publisher.Mono;

/**
 * HTTP with SSE, of the protocol's first version, over a {@code WebClient}. Its builder
 * can't be given another client, so each transport is made of the first one's parts.
 */
@SuppressWarnings({ "deprecation", "removal" }) // HTTP with SSE is still in use
final class WebFluxSseBlueprint implements TransportBlueprint {

	/**
	 * The transport does not notice that its session is lost if a message is answered
	 * with 404, or if the server can't be reached.
	 */
	private static final ExchangeFilterFunction LOST_SESSION = (request,
			next) -> !request.method().equals(HttpMethod.POST) ? next.exchange(request) : next.exchange(request)
				.flatMap((response) -> (response.statusCode().value() != 404) ? Mono.just(response)
						: response.releaseBody()
							.then(Mono.error(() -> new McpTransportSessionNotFoundException("of this connection"))))
				.onErrorMap(WebClientRequestException.class,
						(failure) -> (failure.getCause() instanceof ConnectException)
								? new McpTransportSessionNotFoundException("of this connection", failure) : failure);

	private static final PrivateField<WebClient> CLIENT = field("webClient", WebClient.class);

	private static final PrivateField<McpJsonMapper> JSON_MAPPER = field("jsonMapper", McpJsonMapper.class);

	private static final PrivateField<String> SSE_ENDPOINT = field("sseEndpoint", String.class);

	private static final PrivateField<SseMessageEndpointValidator> VALIDATOR = field("messageEndpointValidator",
			SseMessageEndpointValidator.class);

	private final WebClient client;

	private final McpJsonMapper jsonMapper;

	private final String sseEndpoint;

	private final SseMessageEndpointValidator messageEndpointValidator;

	/**
	 * Create a blueprint from a transport.
	 * @param transport the transport, whose parts are used again
	 */
	WebFluxSseBlueprint(WebFluxSseClientTransport transport) {
		this.client = CLIENT.get(transport);
		this.jsonMapper = JSON_MAPPER.get(transport);
		this.sseEndpoint = SSE_ENDPOINT.get(transport);
		this.messageEndpointValidator = VALIDATOR.get(transport);
	}

	private static <T> PrivateField<T> field(String name, Class<T> type) {
		return PrivateField.of(WebFluxSseClientTransport.class, name, type);
	}

	@Override
	public McpClientTransport build(BearerTokens tokens) {
		return new WebFluxSseClientTransport(
				this.client.mutate().filter(LOST_SESSION).filter(new BearerExchangeFilter(tokens)), this.jsonMapper,
				this.sseEndpoint, this.messageEndpointValidator);
	}

}
