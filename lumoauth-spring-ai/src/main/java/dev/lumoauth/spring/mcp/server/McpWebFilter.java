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
import java.util.function.BiFunction;

import dev.lumoauth.spring.caller.CallerAuthenticationToken;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.Ordered;
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
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * The security of the MCP endpoint in WebFlux. Other requests pass it untouched.
 */
final class McpWebFilter implements WebFilter, Ordered {

	private final McpAccess access;

	private final OwnedSessions sessions;

	private final int maxBody;

	private final BiFunction<McpVerdict.Admitted, byte[], McpVerdict.@Nullable Answer> missingScopes;

	McpWebFilter(McpAccess access, OwnedSessions sessions, int maxBody,
			BiFunction<McpVerdict.Admitted, byte[], McpVerdict.@Nullable Answer> missingScopes) {
		this.access = access;
		this.sessions = sessions;
		this.maxBody = maxBody;
		this.missingScopes = missingScopes;
	}

	/**
	 * Before Spring Security's.
	 */
	@Override
	public int getOrder() {
		return McpServerSecurity.FILTER_ORDER;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		ServerHttpRequest request = exchange.getRequest();
		RequestPath path = request.getPath();
		if (!this.access.concerns(path.pathWithinApplication())) {
			return chain.filter(exchange);
		}
		// The keys may have to be read first.
		return Mono
			.fromCallable(() -> Optional
				.ofNullable(this.access.decide(request, path.pathWithinApplication(), path.contextPath().value())))
			.subscribeOn(Schedulers.boundedElastic())
			.flatMap((verdict) -> goOn(exchange, chain, verdict.orElse(null)));
	}

	private Mono<Void> goOn(ServerWebExchange exchange, WebFilterChain chain, @Nullable McpVerdict verdict) {
		if (verdict instanceof McpVerdict.Answer answer) {
			return answer(exchange.getResponse(), answer);
		}
		if (verdict instanceof McpVerdict.Admitted admitted) {
			return admit(exchange, chain, admitted);
		}
		if (verdict != null) {
			exchange.getAttributes().put(McpVerdict.DECIDED, true);
		}
		return chain.filter(exchange);
	}

	private Mono<Void> admit(ServerWebExchange exchange, WebFilterChain chain, McpVerdict.Admitted admitted) {
		ServerHttpRequest request = exchange.getRequest();
		if (request.getHeaders().getContentLength() > this.maxBody) {
			return answer(exchange.getResponse(), McpVerdict.Answer.TOO_LARGE);
		}
		return DataBufferUtils.join(request.getBody(), this.maxBody)
			.map(McpWebFilter::bytes)
			.defaultIfEmpty(new byte[0])
			.map(Optional::of)
			.onErrorResume(DataBufferLimitException.class, (ex) -> Mono.just(Optional.empty()))
			.flatMap((body) -> body.isPresent() ? challengeOrAdmit(exchange, chain, admitted, body.get())
					: answer(exchange.getResponse(), McpVerdict.Answer.TOO_LARGE));
	}

	private Mono<Void> challengeOrAdmit(ServerWebExchange exchange, WebFilterChain chain, McpVerdict.Admitted admitted,
			byte[] body) {
		// LumoAuth may have to be asked.
		return Mono.fromCallable(() -> Optional.ofNullable(this.missingScopes.apply(admitted, body)))
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
		exchange.getAttributes().put(McpVerdict.DECIDED, true);
		exchange.getAttributes().put(McpVerdict.CALLER, caller);
		return chain
			.filter(exchange.mutate()
				.request(new ReadRequest(exchange.getRequest(), body))
				.response(admitted.opensStream()
						? new ScannedResponse(response, new SessionIdScan((id) -> this.sessions.begin(id, caller)))
						: response)
				.build())
			.contextWrite(ReactiveSecurityContextHolder.withAuthentication(caller));
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
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
	 * Sees the id of a new session before the client does.
	 */
	private static final class ScannedResponse extends ServerHttpResponseDecorator {

		private final SessionIdScan scan;

		ScannedResponse(ServerHttpResponse response, SessionIdScan scan) {
			super(response);
			this.scan = scan;
		}

		@Override
		public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
			return super.writeWith(Flux.from(body).doOnNext(this::look));
		}

		@Override
		public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
			return super.writeAndFlushWith(Flux.from(body).map((part) -> Flux.from(part).doOnNext(this::look)));
		}

		private void look(DataBuffer buffer) {
			byte[] bytes = new byte[buffer.readableByteCount()];
			int position = buffer.readPosition();
			buffer.read(bytes).readPosition(position);
			this.scan.look(bytes, 0, bytes.length);
		}

	}

}
