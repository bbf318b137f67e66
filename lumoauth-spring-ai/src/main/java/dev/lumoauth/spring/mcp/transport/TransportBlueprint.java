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

import java.lang.reflect.Proxy;
import java.net.http.HttpClient;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.tool.PrivateField;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.customizer.McpAsyncHttpClientRequestCustomizer;
import io.modelcontextprotocol.spec.McpClientTransport;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.client.webflux.transport.WebClientStreamableHttpTransport;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Builds the transports of a connection, by the builder that the application's
 * customizers have seen: with their settings, and with a session's tokens on each
 * request.
 */
@FunctionalInterface
interface TransportBlueprint {

	/**
	 * Build a transport.
	 * @param tokens the tokens of the transport's session
	 * @return a transport that was not used yet
	 */
	McpClientTransport build(BearerTokens tokens);

	/**
	 * Return the blueprint of a connection.
	 * @param connection the connection's name
	 * @param transport the transport that Spring AI built
	 * @param builder its builder, after the application's customizers
	 * @return the blueprint, or {@code null} if no token can be put on such a transport
	 */
	@SuppressWarnings("deprecation") // HTTP with SSE is still in use
	static @Nullable TransportBlueprint of(String connection, McpClientTransport transport, @Nullable Object builder) {
		if (transport instanceof HttpClientStreamableHttpTransport
				&& builder instanceof HttpClientStreamableHttpTransport.Builder streamable) {
			HttpClient client = Jdk.client(connection, streamable::customizeClient);
			streamable.asyncHttpRequestCustomizer(new CallBody.Customizer(Jdk.STREAMABLE.get(streamable)));
			return (tokens) -> Jdk.with(new BearerHttpClient(client, tokens, false), streamable::clientBuilder,
					streamable::build);
		}
		if (transport instanceof HttpClientSseClientTransport
				&& builder instanceof HttpClientSseClientTransport.Builder sse) {
			HttpClient client = Jdk.client(connection, sse::customizeClient);
			sse.asyncHttpRequestCustomizer(new CallBody.Customizer(Jdk.SSE.get(sse)));
			return (tokens) -> Jdk.with(new BearerHttpClient(client, tokens, true), sse::clientBuilder, sse::build);
		}
		return Jdk.IS_ALONE ? null : WebFlux.of(transport, builder);
	}

	/**
	 * Over the JDK's client. Its builder publishes the client, but not the customizer of
	 * its requests.
	 */
	final class Jdk {

		private static final boolean IS_ALONE = !ClassUtils.isPresent(
				"org.springframework.ai.mcp.client.webflux.transport.WebClientStreamableHttpTransport",
				TransportBlueprint.class.getClassLoader());

		private static final String CUSTOMIZER = "httpRequestCustomizer";

		private static final Lock BUILDING = new ReentrantLock();

		private static final PrivateField<McpAsyncHttpClientRequestCustomizer> STREAMABLE = PrivateField
			.of(HttpClientStreamableHttpTransport.Builder.class, CUSTOMIZER, McpAsyncHttpClientRequestCustomizer.class);

		@SuppressWarnings("deprecation")
		private static final PrivateField<McpAsyncHttpClientRequestCustomizer> SSE = PrivateField
			.of(HttpClientSseClientTransport.Builder.class, CUSTOMIZER, McpAsyncHttpClientRequestCustomizer.class);

		private Jdk() {
		}

		/**
		 * A redirect is followed below all code that could hold the token back.
		 */
		private static HttpClient client(String connection, Consumer<Consumer<HttpClient.Builder>> customize) {
			AtomicReference<@Nullable HttpClient> built = new AtomicReference<>();
			customize.accept((builder) -> built.set(builder.build()));
			HttpClient client = Objects.requireNonNull(built.get());
			if (client.followRedirects() != HttpClient.Redirect.NEVER) {
				throw new GuardConfigurationException(
						"The HTTP client of MCP connection '" + connection
								+ "' follows redirects, and would send the token of lumoauth.mcp.connections."
								+ connection + " wherever the server says.",
						"Remove followRedirects(..) from the McpClientCustomizer that sets it for this connection.");
			}
			return client;
		}

		/**
		 * The builder takes no client, only the builder of one. The client has its
		 * settings already.
		 */
		private static McpClientTransport with(HttpClient client, Consumer<HttpClient.Builder> set,
				Supplier<McpClientTransport> build) {
			BUILDING.lock();
			try {
				set.accept((HttpClient.Builder) Proxy.newProxyInstance(Jdk.class.getClassLoader(),
						new Class<?>[] { HttpClient.Builder.class },
						(proxy, method, arguments) -> (method.getReturnType() == HttpClient.class) ? client : proxy));
				return build.get();
			}
			finally {
				BUILDING.unlock();
			}
		}

	}

	/**
	 * Over a {@code WebClient}. Its classes may be missing, and its builder publishes
	 * nothing.
	 */
	final class WebFlux {

		private WebFlux() {
		}

		private static @Nullable TransportBlueprint of(McpClientTransport transport, @Nullable Object builder) {
			if (!(transport instanceof WebClientStreamableHttpTransport)
					|| !(builder instanceof WebClientStreamableHttpTransport.Builder streamable)) {
				return null;
			}
			WebClient client = PrivateField.of(WebClientStreamableHttpTransport.class, "webClient", WebClient.class)
				.get(transport);
			return (tokens) -> {
				synchronized (streamable) {
					return streamable.webClientBuilder(client.mutate().filter(new BearerExchangeFilter(tokens)))
						.build();
				}
			};
		}

	}

}
