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
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import dev.lumoauth.spring.token.RefusedRequestHandler.SingleUseToken;
import dev.lumoauth.spring.token.RequestSigner;
import io.modelcontextprotocol.spec.McpTransportSessionNotFoundException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * The JDK's HTTP client, with the token on each request. It is below everything that an
 * application can set on a transport, so that none of these settings is replaced and no
 * request is sent without the token. It sees each answer before the transport does.
 */
final class BearerHttpClient extends HttpClient {

	private static final String AUTHORIZATION = "Authorization";

	static final String LAST_EVENT = "Last-Event-ID";

	private final HttpClient client;

	private final BearerTokens tokens;

	private final boolean losesSessions;

	/**
	 * Create a client.
	 * @param client sends the requests; must not follow redirects
	 * @param tokens the tokens
	 * @param losesSessions whether the transport does not notice that its session is lost
	 * if a message was answered with 404, or if the server could not be reached
	 */
	BearerHttpClient(HttpClient client, BearerTokens tokens, boolean losesSessions) {
		this.client = client;
		this.tokens = tokens;
		this.losesSessions = losesSessions;
	}

	@Override
	public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
		try {
			this.tokens.checkOrigin(request.uri());
			if (!this.losesSessions && request.method().equals("GET")
					&& !this.tokens.isListening(request.headers().firstValue(LAST_EVENT).orElse(null))) {
				return NoStream.answer(request, handler);
			}
			OAuth2AccessToken ofCall = CallMark.token(request);
			if (ofCall != null) {
				return sendCall(request, handler, ofCall);
			}
			OAuth2AccessToken known = this.tokens.known();
			if (known == null && request.method().equals("DELETE")) {
				// Only the application's end waits for the end of a session.
				return CompletableFuture.failedFuture(new IOException("There is no token to end the session with"));
			}
			CompletableFuture<OAuth2AccessToken> token = (known != null) ? CompletableFuture.completedFuture(known)
					: blocking(request, this.tokens::get);
			return token.thenCompose((bearer) -> send(request, handler, bearer, EnumSet.noneOf(Challenge.Kind.class)));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * The own token of a call is sent once, and no other token is sent instead.
	 */
	private <T> CompletableFuture<HttpResponse<T>> sendCall(HttpRequest request, BodyHandler<T> handler,
			OAuth2AccessToken token) {
		AtomicReference<@Nullable Challenge> challenged = new AtomicReference<>();
		return sendWith(request, handler, token, challenged).thenCompose((response) -> passedOn(request, response,
				challenged.get(),
				(challenge) -> sentAgain(request, handler, challenge, this.tokens.failureOfCall(challenge, token))));
	}

	/**
	 * @param answered the kinds of challenges that were answered already: each kind is
	 * answered once
	 */
	private <T> CompletableFuture<HttpResponse<T>> send(HttpRequest request, BodyHandler<T> handler,
			OAuth2AccessToken token, Set<Challenge.Kind> answered) {
		AtomicReference<@Nullable Challenge> challenged = new AtomicReference<>();
		return sendWith(request, handler, token, challenged)
			.thenCompose((response) -> passedOn(request, response, challenged.get(), (challenge) -> {
				CompletableFuture<OAuth2AccessToken> other = answered.add(challenge.kind())
						? blocking(request, () -> this.tokens.after(challenge, token))
						: CompletableFuture.failedFuture(this.tokens.failure(challenge, token));
				return other.handle(Replacement::new)
					.thenCompose((replacement) -> (replacement.token() != null)
							? send(request, handler, replacement.token(), answered)
							: sentAgain(request, handler, challenge, replacement.failure()));
			}));
	}

	/**
	 * Send the call of a tool again, with the token that somebody has for it.
	 * @param cause the failure if there is no such token
	 */
	private <T> CompletableFuture<HttpResponse<T>> sentAgain(HttpRequest request, BodyHandler<T> handler,
			Challenge challenge, @Nullable Throwable cause) {
		Throwable failure = Objects.requireNonNull(cause);
		if (!CallMark.isCall(request)) {
			return CompletableFuture.failedFuture(failure);
		}
		return Mono.fromCallable(() -> this.tokens.refused(challenge))
			.subscribeOn(Schedulers.boundedElastic())
			.flatMap(Mono::fromFuture)
			.toFuture()
			.thenCompose((token) -> token.isPresent() ? sendFor(request, handler, token.get())
					: CompletableFuture.failedFuture(failure));
	}

	private <T> CompletableFuture<HttpResponse<T>> sendFor(HttpRequest request, BodyHandler<T> handler,
			SingleUseToken once) {
		AtomicReference<@Nullable Challenge> challenged = new AtomicReference<>();
		OAuth2AccessToken token = once.token();
		return sendWith(request, handler, token, challenged)
			.whenComplete((response, failure) -> once.end(failure == null && challenged.get() == null))
			.thenCompose((response) -> passedOn(request, response, challenged.get(),
					(challenge) -> CompletableFuture.failedFuture(this.tokens.failureOfCall(challenge, token))));
	}

	private <T> CompletableFuture<HttpResponse<T>> sendWith(HttpRequest request, BodyHandler<T> handler,
			OAuth2AccessToken token, AtomicReference<@Nullable Challenge> challenged) {
		AtomicReference<@Nullable String> nonceWanted = new AtomicReference<>();
		return sendOnce(request, handler, token, null, challenged, nonceWanted).thenCompose((response) -> {
			String nonce = nonceWanted.get();
			if (nonce == null) {
				return CompletableFuture.completedFuture(response);
			}
			challenged.set(null);
			return sendOnce(request, handler, token, nonce, challenged, new AtomicReference<>());
		});
	}

	private <T> CompletableFuture<HttpResponse<T>> sendOnce(HttpRequest request, BodyHandler<T> handler,
			OAuth2AccessToken token, @Nullable String nonce, AtomicReference<@Nullable Challenge> challenged,
			AtomicReference<@Nullable String> nonceWanted) {
		BodyHandler<T> judging = judging(request, handler, token, challenged, nonceWanted);
		RequestSigner signer = this.tokens.signer();
		CompletableFuture<HttpResponse<T>> sending = (signer == null)
				? exchange(request, authorized(request, token, nonce), judging)
				: SentBody.of(request, signer.maxBodySize())
					.thenCompose((body) -> exchange(request, signed(request, token, nonce, body, signer), judging));
		return sending.exceptionallyCompose((failure) -> failed(request, failure));
	}

	private <T> CompletableFuture<HttpResponse<T>> exchange(HttpRequest request, HttpRequest.Builder prepared,
			BodyHandler<T> handler) {
		McpCallEnd end = CallMark.end(request);
		return this.tokens.observations()
			.observe(request, prepared,
					() -> (end != null) ? end.end(() -> this.client.sendAsync(prepared.build(), handler))
							: this.client.sendAsync(prepared.build(), handler));
	}

	private <T> CompletableFuture<HttpResponse<T>> passedOn(HttpRequest request, HttpResponse<T> response,
			@Nullable Challenge challenge, Function<Challenge, CompletableFuture<HttpResponse<T>>> challenged) {
		if (challenge != null) {
			return challenged.apply(challenge);
		}
		return (isMessage(request) && response.statusCode() == 404) ? lost(null)
				: CompletableFuture.completedFuture(response);
	}

	private <T> CompletableFuture<HttpResponse<T>> failed(HttpRequest request, Throwable failure) {
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
		return (isMessage(request) && cause instanceof ConnectException unreachable) ? lost(unreachable)
				: CompletableFuture.failedFuture(failure);
	}

	private boolean isMessage(HttpRequest request) {
		return this.losesSessions && request.method().equals("POST");
	}

	private static <T> CompletableFuture<T> lost(@Nullable Exception cause) {
		return CompletableFuture.failedFuture(new McpTransportSessionNotFoundException("of this connection", cause));
	}

	/**
	 * The transport receives the answer only if the token was accepted.
	 */
	private <T> BodyHandler<T> judging(HttpRequest request, BodyHandler<T> handler, OAuth2AccessToken token,
			AtomicReference<@Nullable Challenge> challenged, AtomicReference<@Nullable String> nonceWanted) {
		return (info) -> {
			nonceWanted
				.set(this.tokens.nonceWanted(token, request.uri(), info.statusCode(), info.headers()::allValues));
			Challenge challenge = this.tokens.challenge(token, info.statusCode(), info.headers()::allValues);
			if (challenge == null) {
				this.tokens.accepted(token);
				return handler.apply(info);
			}
			challenged.set(challenge);
			return nothing();
		};
	}

	@SuppressWarnings("NullAway") // the body of this answer is not read
	private static <T> HttpResponse.BodySubscriber<T> nothing() {
		return HttpResponse.BodySubscribers.replacing(null);
	}

	private HttpRequest.Builder authorized(HttpRequest request, OAuth2AccessToken token, @Nullable String nonce) {
		HttpRequest.Builder authorized = HttpRequest.newBuilder(request,
				(name, value) -> !name.equalsIgnoreCase(AUTHORIZATION) && !CallMark.isMark(name));
		this.tokens.attach(token, request.method(), request.uri(), nonce, authorized::setHeader);
		return authorized;
	}

	private HttpRequest.Builder signed(HttpRequest request, OAuth2AccessToken token, @Nullable String nonce,
			byte[] body, RequestSigner signer) {
		HttpRequest.Builder signed = authorized(request, token, nonce);
		signer.sign(request.method(), request.uri(), signed.copy().build().headers()::allValues, body,
				signed::setHeader);
		return request.bodyPublisher().isPresent()
				? signed.method(request.method(), HttpRequest.BodyPublishers.ofByteArray(body)) : signed;
	}

	/**
	 * Requests to LumoAuth block, and the HTTP client has few threads.
	 */
	private static <T> CompletableFuture<T> blocking(HttpRequest request, Callable<T> call) {
		return Mono.fromCallable(CallerTrace.in(CallMark.end(request), call))
			.subscribeOn(Schedulers.boundedElastic())
			.toFuture();
	}

	@Override
	public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler,
			@Nullable PushPromiseHandler<T> pushPromiseHandler) {
		if (pushPromiseHandler != null) {
			throw new UnsupportedOperationException("MCP has no use for pushed answers");
		}
		return sendAsync(request, handler);
	}

	@Override
	public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
			throws IOException, InterruptedException {
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

	/**
	 * Another token, or the reason why there is none.
	 *
	 * @param token the token
	 * @param failure the reason why there is none
	 */
	private record Replacement(@Nullable OAuth2AccessToken token, @Nullable Throwable failure) {
	}

}
