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
import java.net.http.HttpRequest;
import java.util.UUID;

import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.token.CallTokens;
import dev.lumoauth.spring.token.TokenAttachment;
import io.modelcontextprotocol.client.transport.customizer.McpAsyncHttpClientRequestCustomizer;
import io.modelcontextprotocol.common.McpTransportContext;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * Passes the own token of a call, and what ends the request, from the message to the
 * request. This is for the JDK's client, which has no Reactor context: both are in
 * headers that {@link BearerHttpClient} removes again. The headers' names can't be known
 * outside of this process.
 *
 * @param application the application's own changes of requests
 * @param tokens the tokens of the session
 */
record CallMark(McpAsyncHttpClientRequestCustomizer application,
		BearerTokens tokens) implements McpAsyncHttpClientRequestCustomizer {

	/** Stands in the header if the call has no token. */
	private static final String NO_TOKEN = "-";

	private static final String HEADER = "lumoauth-call-" + UUID.randomUUID();

	private static final String END = HEADER + "-end";

	@Override
	@SuppressWarnings("NullAway") // The transport has no body for some requests.
	public Publisher<HttpRequest.Builder> customize(HttpRequest.Builder builder, String method, URI endpoint,
			@Nullable String body, McpTransportContext context) {
		McpCall call = (context instanceof McpCall marked) ? marked : null;
		McpTransportContext carried = (call != null) ? call.application() : context;
		Publisher<HttpRequest.Builder> customized = this.application.customize(builder, method, endpoint, body,
				carried);
		return method.equals("POST")
				? Mono.from(customized)
					.flatMap((request) -> (call != null) ? marked(request, call) : withToken(request, carried))
				: customized;
	}

	/**
	 * Fetches the token before the request goes to the client, because the client doesn't
	 * know how long the chat may wait.
	 */
	private Mono<HttpRequest.Builder> withToken(HttpRequest.Builder request, McpTransportContext carried) {
		return (this.tokens.known() != null) ? Mono.just(request)
				: Mono
					.fromCallable(CallerTrace.in(McpCallEnd.known(McpUserContext.call(carried)),
							() -> WaitAllowance.of(McpUserContext.call(carried)).call(this.tokens::get)))
					.subscribeOn(Schedulers.boundedElastic())
					.thenReturn(request);
	}

	private Mono<HttpRequest.Builder> marked(HttpRequest.Builder request, McpCall call) {
		if (call.end() != null) {
			request.setHeader(END, call.end().id());
		}
		if (call.tokens() == CallTokens.NONE) {
			return withToken(request.setHeader(HEADER, NO_TOKEN), call.application());
		}
		return Mono.fromCallable(CallerTrace.in(call.end(), () -> this.tokens.ofCall(call.tokens())))
			.subscribeOn(Schedulers.boundedElastic())
			.map(TokenAttachment::authorization)
			.defaultIfEmpty(NO_TOKEN)
			.map((value) -> request.setHeader(HEADER, value));
	}

	/**
	 * Return whether a request calls a tool.
	 */
	static boolean isCall(HttpRequest request) {
		return request.headers().firstValue(HEADER).isPresent();
	}

	/**
	 * Return whether a header is for this process only.
	 */
	static boolean isMark(String header) {
		return header.equalsIgnoreCase(HEADER) || header.equalsIgnoreCase(END);
	}

	/**
	 * Return what ends a request.
	 * @return what ends it, or {@code null} if nobody says when its call is over
	 */
	static @Nullable McpCallEnd end(HttpRequest request) {
		return request.headers().firstValue(END).map(McpCallEnd::of).orElse(null);
	}

	/**
	 * Return the token of the call that a request makes.
	 * @return the token, or {@code null} if the call has none
	 */
	static @Nullable OAuth2AccessToken token(HttpRequest request) {
		return request.headers()
			.firstValue(HEADER)
			.filter((value) -> !value.equals(NO_TOKEN))
			.map(CallMark::token)
			.orElse(null);
	}

	private static OAuth2AccessToken token(String authorization) {
		int blank = authorization.indexOf(' ');
		return new OAuth2AccessToken(new OAuth2AccessToken.TokenType(authorization.substring(0, blank)),
				authorization.substring(blank + 1), null, null);
	}

}
