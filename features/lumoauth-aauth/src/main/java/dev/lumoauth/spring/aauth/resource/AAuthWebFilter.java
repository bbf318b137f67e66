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

package dev.lumoauth.spring.aauth.resource;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.ResolvableType;
import org.springframework.core.codec.ByteArrayDecoder;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import dev.lumoauth.spring.aauth.resource.RequestAuthenticator.PresentedCaller;

/**
 * Authenticates requests that agents have signed with AAuth, in reactive applications. It
 * works like {@link AAuthAuthenticationFilter}:
 *
 * <pre class="code">
 * &#064;Bean
 * SecurityWebFilterChain agents(ServerHttpSecurity http, AAuthResource aauth) {
 *     return http.csrf((csrf) -&gt; csrf.disable())
 *         .addFilterAt(new AAuthWebFilter(aauth), SecurityWebFiltersOrder.AUTHENTICATION)
 *         .exceptionHandling((errors) -&gt; errors.authenticationEntryPoint(new AAuthServerEntryPoint(aauth)))
 *         .authorizeExchange((exchanges) -&gt; exchanges.anyExchange().hasAuthority("SCOPE_read"))
 *         .build();
 * }</pre>
 *
 * @since 0.1.0
 */
public final class AAuthWebFilter implements WebFilter {

	private static final ByteArrayDecoder BYTES = new ByteArrayDecoder();

	private final AAuthResource resource;

	/**
	 * Create the filter.
	 * @param resource the service
	 */
	public AAuthWebFilter(AAuthResource resource) {
		this.resource = resource;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		// Exceptions of the application behind this filter don't concern this filter.
		return check(exchange).flatMap((outcome) -> {
			if (outcome.refusal() != null) {
				return write(outcome.refusal(), exchange.getResponse());
			}
			Mono<Void> rest = chain.filter(outcome.exchange());
			return (outcome.authentication() != null)
					? rest.contextWrite(ReactiveSecurityContextHolder.withAuthentication(outcome.authentication()))
					: rest;
		});
	}

	private Mono<Outcome> check(ServerWebExchange exchange) {
		RequestAuthenticator authenticator = this.resource.authenticator();
		// LumoAuth's keys and the used signatures may have to be waited for.
		return Mono.fromCallable(() -> Optional.ofNullable(authenticator.presented(headers(exchange.getRequest()))))
			.subscribeOn(Schedulers.boundedElastic())
			.flatMap((presented) -> presented.map((caller) -> checked(caller, exchange))
				.orElseGet(() -> Mono.just(new Outcome(null, exchange, null))))
			.onErrorResume(RuntimeException.class,
					(ex) -> Mono.fromSupplier(() -> new Outcome(authenticator.refusal(ex), exchange, null)));
	}

	private Mono<Outcome> checked(PresentedCaller caller, ServerWebExchange exchange) {
		return body(exchange.getRequest()).publishOn(Schedulers.boundedElastic()).map((body) -> {
			AAuthAuthentication authentication = this.resource.authenticator()
				.check(caller, SentRequest.of(exchange.getRequest()), body);
			if (authentication == null) {
				exchange.getAttributes().put(AAuthResource.CALLER, caller);
			}
			return new Outcome(null, exchange.mutate().request(new BufferedBody(exchange.getRequest(), body)).build(),
					authentication);
		});
	}

	private Mono<byte[]> body(ServerHttpRequest request) {
		int max = this.resource.maxBodySize();
		return DataBufferUtils.join(request.getBody(), max)
			.map((buffer) -> BYTES.decode(buffer, ResolvableType.NONE, null, null))
			.defaultIfEmpty(new byte[0])
			.onErrorMap(DataBufferLimitException.class,
					(ex) -> new RefusedRequestException(Refusal.TOO_LARGE, "The body has more than " + max + " bytes"));
	}

	private static Function<String, List<String>> headers(ServerHttpRequest request) {
		return (name) -> request.getHeaders().getOrEmpty(name);
	}

	static Mono<Void> write(Refusal refusal, ServerHttpResponse response) {
		byte[] body = refusal.body();
		response.setStatusCode(HttpStatusCode.valueOf(refusal.status()));
		refusal.headers().forEach(response.getHeaders()::set);
		response.getHeaders().setContentLength(body.length);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
	}

	/**
	 * A request whose body was read and can be read again.
	 */
	private static final class BufferedBody extends ServerHttpRequestDecorator {

		private final byte[] body;

		BufferedBody(ServerHttpRequest request, byte[] body) {
			super(request);
			this.body = body;
		}

		@Override
		public Flux<DataBuffer> getBody() {
			return (this.body.length > 0)
					? Flux.defer(() -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(this.body)))
					: Flux.empty();
		}

	}

	/**
	 * The result of the check of a request.
	 *
	 * @param refusal the answer; {@code null} = the request continues
	 * @param exchange the exchange with which it continues
	 * @param authentication the signer; {@code null} = none, or a caller without an auth
	 * token
	 */
	private record Outcome(@Nullable Refusal refusal, ServerWebExchange exchange,
			@Nullable AAuthAuthentication authentication) {
	}

}
