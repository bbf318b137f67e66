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

import java.io.IOException;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import dev.lumoauth.spring.token.RequestSigner;
import dev.lumoauth.spring.token.SigningInterceptor;
import io.modelcontextprotocol.spec.McpTransportSessionNotFoundException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * The JDK's HTTP client, with the token on each request. It is below everything that an
 * application can set on a transport, so that none of these settings is replaced and no
 * request is sent without the token. It sees each answer before the transport does.
 */
final class BearerHttpClient extends HttpClient {

	static final String LAST_EVENT = "Last-Event-ID";

	private final HttpClient client;

	private final BearerTokens tokens;

	private final BearerExchange exchange;

	private final boolean losesSessions;

	/**
	 * Create a client.
	 * @param client sends the requests; must not follow redirects
	 * @param tokens the tokens
	 * @param losesSessions whether the transport does not notice that its session is lost
	 * if a message was answered with 404, or if the server could not be reached. Such a
	 * transport needs its stream
	 */
	BearerHttpClient(HttpClient client, BearerTokens tokens, boolean losesSessions) {
		this.client = client;
		this.tokens = tokens;
		this.exchange = new BearerExchange(tokens);
		this.losesSessions = losesSessions;
	}

	@Override
	public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
		if (!this.losesSessions && request.method().equals("GET")
				&& !this.tokens.isListening(request.headers().firstValue(LAST_EVENT).orElse(null))) {
			return new CompletableFuture<>(); // a stream without messages
		}
		return Mono.defer(() -> answer(request, handler)).toFuture();
	}

	private <T> Mono<HttpResponse<T>> answer(HttpRequest request, BodyHandler<T> handler) {
		if (request.method().equals("DELETE") && this.tokens.known() == null) {
			// Only the application's end waits for the end of a session.
			return Mono.error(() -> new IOException("There is no token to end the session with"));
		}
		McpCall call = CallBody.callOf(request);
		Mono<HttpResponse<T>> answer = this.exchange.send(request.uri(), call, (token, nonce, verdict) -> {
			HttpRequest.Builder prepared = prepared(request, token, nonce);
			return this.tokens.observations()
				.observe(call, prepared,
						() -> answerTo(this.client.sendAsync(prepared.build(), judging(handler, verdict))));
		});
		return (this.losesSessions && request.method().equals("POST")) ? noticingItsLoss(answer) : answer;
	}

	/**
	 * A request of the JDK's client that is cancelled fails with an exception that
	 * Reactor would log.
	 */
	private static <T> CompletableFuture<T> answerTo(CompletableFuture<T> request) {
		CompletableFuture<T> answer = new CompletableFuture<>() {

			@Override
			public boolean cancel(boolean interrupt) {
				return super.cancel(interrupt) && request.cancel(interrupt);
			}

		};
		CompletableFuture<T> unused = request.whenComplete((value, failure) -> {
			if (failure != null) {
				answer.completeExceptionally(failure);
			}
			else {
				answer.complete(value);
			}
		});
		return answer;
	}

	private static <T> Mono<HttpResponse<T>> noticingItsLoss(Mono<HttpResponse<T>> answer) {
		return answer
			.flatMap((response) -> (response.statusCode() == 404)
					? Mono.<HttpResponse<T>>error(() -> new McpTransportSessionNotFoundException("of this connection"))
					: Mono.just(response))
			.onErrorMap(ConnectException.class,
					(failure) -> new McpTransportSessionNotFoundException("of this connection", failure));
	}

	/**
	 * The transport receives the answer only if the token was accepted.
	 */
	@SuppressWarnings("NullAway") // the body of another answer is not read
	private static <T> BodyHandler<T> judging(BodyHandler<T> handler, BearerExchange.Verdict verdict) {
		return (info) -> verdict.isAccepted(info.statusCode(), info.headers()::allValues) ? handler.apply(info)
				: HttpResponse.BodySubscribers.replacing(null);
	}

	private HttpRequest.Builder prepared(HttpRequest request, OAuth2AccessToken token, @Nullable String nonce) {
		HttpRequest.Builder prepared = HttpRequest.newBuilder(request,
				(name, value) -> !name.equalsIgnoreCase(HttpHeaders.AUTHORIZATION));
		this.tokens.attach(token, request.method(), request.uri(), nonce, prepared::setHeader);
		RequestSigner signer = this.tokens.signer();
		if (signer != null) {
			byte[] body = CallBody.contentOf(request);
			if (body.length > signer.maxBodySize()) {
				throw SigningInterceptor.tooLarge(signer.maxBodySize());
			}
			signer.sign(request.method(), request.uri(), prepared.copy().build().headers()::allValues, body,
					prepared::setHeader);
		}
		return prepared;
	}

	@Override
	public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler,
			@Nullable PushPromiseHandler<T> pushPromiseHandler) {
		throw new UnsupportedOperationException("MCP has no use for pushed answers");
	}

	@Override
	public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) {
		throw new UnsupportedOperationException("MCP's transports send asynchronously");
	}

	@Override
	public Optional<CookieHandler> cookieHandler() {
		return this.client.cookieHandler();
	}

	@Override
	public Optional<Duration> connectTimeout() {
		return this.client.connectTimeout();
	}

	@Override
	public Redirect followRedirects() {
		return this.client.followRedirects();
	}

	@Override
	public Optional<ProxySelector> proxy() {
		return this.client.proxy();
	}

	@Override
	public SSLContext sslContext() {
		return this.client.sslContext();
	}

	@Override
	public SSLParameters sslParameters() {
		return this.client.sslParameters();
	}

	@Override
	public Optional<Authenticator> authenticator() {
		return this.client.authenticator();
	}

	@Override
	public Version version() {
		return this.client.version();
	}

	@Override
	public Optional<Executor> executor() {
		return this.client.executor();
	}

}
