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

package dev.lumoauth.spring.mcp.server;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.ResolvableType;
import org.springframework.core.codec.ByteArrayDecoder;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.RequestPath;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * The security of the MCP endpoint in WebFlux: a filter of the chain that is only for the
 * MCP endpoints.
 */
final class McpWebFilter implements WebFilter {

	private static final ByteArrayDecoder BYTES = new ByteArrayDecoder();

	private final McpServerSecurity security;

	private final OwnedSessions sessions;

	McpWebFilter(McpServerSecurity security) {
		this.security = security;
		this.sessions = security.sessions();
	}

	/**
	 * Return the filter chain of the MCP endpoints and their metadata.
	 */
	static SecurityWebFilterChain chain(ServerHttpSecurity http, McpServerSecurity security) {
		return http.securityMatcher((exchange) -> matches(concerns(exchange.getRequest(), security)))
			.csrf(ServerHttpSecurity.CsrfSpec::disable)
			.cors(Customizer.withDefaults())
			.securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
			.addFilterAt(new McpWebFilter(security), SecurityWebFiltersOrder.AUTHENTICATION)
			.authorizeExchange((exchanges) -> exchanges
				.matchers((exchange) -> matches(CorsUtils.isPreFlightRequest(exchange.getRequest())))
				.permitAll()
				.anyExchange()
				.authenticated())
			.build();
	}

	private static boolean concerns(ServerHttpRequest request, McpServerSecurity security) {
		return security.access().concerns(request.getMethod(), request.getPath().pathWithinApplication());
	}

	private static Mono<ServerWebExchangeMatcher.MatchResult> matches(boolean matches) {
		return matches ? ServerWebExchangeMatcher.MatchResult.match() : ServerWebExchangeMatcher.MatchResult.notMatch();
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		ServerHttpRequest request = exchange.getRequest();
		RequestPath path = request.getPath();
		// The keys may have to be read first.
		return Mono.fromCallable(() -> this.security.access()
			.decide(request, path.pathWithinApplication(), path.contextPath().value(), request.getURI().getRawQuery()))
			.subscribeOn(Schedulers.boundedElastic())
			.flatMap((verdict) -> goOn(exchange, chain, verdict));
	}

	private Mono<Void> goOn(ServerWebExchange exchange, WebFilterChain chain, McpVerdict verdict) {
		if (verdict instanceof McpVerdict.Answer answer) {
			return answer(exchange.getResponse(), answer);
		}
		return (verdict instanceof McpVerdict.Admitted admitted) ? admit(exchange, chain, admitted)
				: chain.filter(exchange);
	}

	private Mono<Void> admit(ServerWebExchange exchange, WebFilterChain chain, McpVerdict.Admitted admitted) {
		ServerHttpRequest request = exchange.getRequest();
		if (request.getHeaders().getContentLength() > this.security.maxBody()) {
			return answer(exchange.getResponse(), McpVerdict.Answer.TOO_LARGE);
		}
		Disposable running = this.security.requests().begin(admitted.caller());
		if (running == null) {
			return answer(exchange.getResponse(), this.security.requests().tooMany());
		}
		return DataBufferUtils.join(request.getBody(), this.security.maxBody())
			.map((buffer) -> BYTES.decode(buffer, ResolvableType.NONE, null, null))
			.defaultIfEmpty(new byte[0])
			.map(Optional::of)
			.onErrorResume(DataBufferLimitException.class, (ex) -> Mono.just(Optional.empty()))
			.flatMap((body) -> {
				if (request.getMethod().equals(HttpMethod.GET)) {
					running.dispose(); // a stream takes no thread
				}
				return body.isPresent() ? challengeOrAdmit(exchange, chain, admitted, body.get())
						: answer(exchange.getResponse(), McpVerdict.Answer.TOO_LARGE);
			})
			.doFinally((signal) -> running.dispose());
	}

	private Mono<Void> challengeOrAdmit(ServerWebExchange exchange, WebFilterChain chain, McpVerdict.Admitted admitted,
			byte[] body) {
		// LumoAuth may have to be asked.
		return Mono.fromCallable(() -> Optional.ofNullable(this.security.missingScopes(admitted, body)))
			.subscribeOn(Schedulers.boundedElastic())
			.flatMap((challenge) -> challenge.isPresent() ? answer(exchange.getResponse(), challenge.get())
					: admit(exchange, chain, admitted, body));
	}

	private Mono<Void> admit(ServerWebExchange exchange, WebFilterChain chain, McpVerdict.Admitted admitted,
			byte[] body) {
		CallerAuthenticationToken caller = admitted.caller();
		ServerHttpResponse response = exchange.getResponse();
		String session = exchange.getRequest().getHeaders().getFirst(McpAccess.SESSION_HEADER);
		boolean ends = exchange.getRequest().getMethod().equals(HttpMethod.DELETE);
		response.beforeCommit(() -> Mono.fromRunnable(() -> {
			String begun = response.getHeaders().getFirst(McpAccess.SESSION_HEADER);
			if (begun != null) {
				this.sessions.begin(begun, caller);
			}
			if (ends && session != null && HttpStatus.OK.equals(response.getStatusCode())) {
				this.sessions.end(session);
			}
		}));
		exchange.getAttributes().put(McpVerdict.CALLER, caller);
		ServerWebExchange.Builder request = exchange.mutate().request(new ReadRequest(exchange.getRequest(), body));
		if (!exchange.getRequest().getMethod().equals(HttpMethod.GET)) {
			return chain.filter(request.build()).contextWrite(ReactiveSecurityContextHolder.withAuthentication(caller));
		}
		Sinks.Empty<Void> end = Sinks.empty();
		Disposable open = (session != null) ? this.sessions.opened(session, end::tryEmitEmpty) : Disposables.disposed();
		return chain.filter(request.response(new StreamResponse(response, end.asMono())).build())
			.doFinally((signal) -> open.dispose())
			.contextWrite(ReactiveSecurityContextHolder.withAuthentication(caller));
	}

	private static Mono<Void> answer(ServerHttpResponse response, McpVerdict.Answer answer) {
		response.setRawStatusCode(answer.status());
		answer.headers().forEach(response.getHeaders()::set);
		String body = answer.json();
		if (body == null) {
			return response.setComplete();
		}
		response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
		return response
			.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body.getBytes(StandardCharsets.UTF_8))));
	}

	/**
	 * A request whose body was read.
	 */
	private static final class ReadRequest extends ServerHttpRequestDecorator {

		private final byte[] body;

		ReadRequest(ServerHttpRequest request, byte[] body) {
			super(request);
			this.body = body;
		}

		@Override
		public Flux<DataBuffer> getBody() {
			return (this.body.length == 0) ? Flux.empty()
					: Flux.defer(() -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(this.body)));
		}

	}

	/**
	 * An answer that may continue until it is ended.
	 */
	private static final class StreamResponse extends ServerHttpResponseDecorator {

		private final Mono<Void> end;

		StreamResponse(ServerHttpResponse response, Mono<Void> end) {
			super(response);
			this.end = end;
		}

		@Override
		public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
			return super.writeWith(Flux.from(body).takeUntilOther(this.end));
		}

		@Override
		public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
			return super.writeAndFlushWith(Flux.from(body).takeUntilOther(this.end));
		}

	}

}
